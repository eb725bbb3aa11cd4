from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0018_domains')]

    initial = False

    operations = [
        ops.CreateModel(
            name='MailFollow',
            fields=[
                ('id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('about', fields.CharField(max_length=16)),
                ('about_id', fields.BigIntField()),
                ('email', fields.CharField(max_length=320)),
                ('language', fields.CharField(db_default='', max_length=35)),
                ('secret', fields.CharField(max_length=64)),
                ('confirmed_at', fields.BigIntField(null=True)),
                ('created_at', fields.BigIntField()),
            ],
            options={'table': 'mail_follows', 'app': 'folkmoot', 'unique_together': (('about', 'about_id', 'email'),), 'pk_attr': 'id', 'table_description': 'That an address wants to hear by mail of a rule or a proposal (`about`), and has said so itself since'},
            bases=['Model'],
        ),
    ]
