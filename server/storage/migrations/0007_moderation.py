from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0006_likes_told')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Decision',
            fields=[
                ('id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('account_id', fields.BigIntField()),
                ('post_id', fields.BigIntField(null=True)),
                ('act', fields.CharField(max_length=16)),
                ('code', fields.CharField(db_default='', max_length=64)),
                ('sentence', fields.TextField(db_default='', unique=False)),
                ('by_id', fields.BigIntField()),
                ('at', fields.BigIntField()),
            ],
            options={'table': 'decisions', 'app': 'folkmoot', 'indexes': [Index(fields=['account_id', 'id']), Index(fields=['post_id', 'id']), Index(fields=['act', 'id'])], 'pk_attr': 'id', 'table_description': 'One decision. `account_id` is whom it concerns, `post_id` what, if it is about a post. `act` is one of'},
            bases=['Model'],
        ),
        ops.AlterModelOptions(
            name='Account',
            options={'table': 'accounts', 'app': 'folkmoot', 'unique_together': (('name_key', 'domain'),), 'indexes': [Index(fields=['domain', 'kind'])], 'pk_attr': 'id', 'table_description': '`domain` is empty for those who live here. `rev` rises with each change of what others see of it. A'},
        ),
        ops.AddField(
            model_name='Account',
            name='limited',
            field=fields.BooleanField(db_default=False),
        ),
        # Nothing was ever written to it: it is made anew rather than changed column by column.
        ops.DeleteModel(name='Appeal'),
        ops.CreateModel(
            name='Appeal',
            fields=[
                ('id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('decision', fields.OneToOneField('folkmoot.Decision', source_field='decision_id', db_constraint=True, to_field='id', related_name='appeal', on_delete=OnDelete.CASCADE)),
                ('text', fields.TextField(db_default='', unique=False)),
                ('outcome', fields.CharField(db_default='', max_length=16)),
                ('note', fields.TextField(db_default='', unique=False)),
                ('decided_by', fields.BigIntField(null=True)),
                ('decided_at', fields.BigIntField(null=True)),
                ('created_at', fields.BigIntField()),
            ],
            options={'table': 'appeals', 'app': 'folkmoot', 'pk_attr': 'id', 'table_description': 'Whom a decision concerns disagrees with it; another steward than the first decides, once. `outcome` is empty,'},
            bases=['Model'],
        ),
    ]
