from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0017_invites_about')]

    initial = False

    operations = [
        ops.CreateModel(
            name='DomainBlock',
            fields=[
                ('id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('account_id', fields.BigIntField()),
                ('domain', fields.CharField(max_length=255)),
                ('created_at', fields.BigIntField()),
            ],
            options={'table': 'domain_blocks', 'app': 'folkmoot', 'unique_together': (('account_id', 'domain'),), 'pk_attr': 'id', 'table_description': 'A member wants nothing from a domain, for themselves.'},
            bases=['Model'],
        ),
        ops.AlterModelOptions(
            name='Domain',
            options={'table': 'domains', 'app': 'folkmoot', 'pk_attr': 'domain', 'table_description': 'What an admin decided about another domain. `policy` as in `rules.domains`. `note` is for admins,'},
        ),
        ops.AddField(
            model_name='Domain',
            name='obfuscate',
            field=fields.BooleanField(db_default=False),
        ),
        ops.AddField(
            model_name='Domain',
            name='public_comment',
            field=fields.TextField(db_default='', unique=False),
        ),
        ops.AddField(
            model_name='Domain',
            name='reject_media',
            field=fields.BooleanField(db_default=False),
        ),
        ops.AddField(
            model_name='Domain',
            name='reject_reports',
            field=fields.BooleanField(db_default=False),
        ),
    ]
