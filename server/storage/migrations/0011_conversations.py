from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0010_hearing_back')]

    initial = False

    operations = [
        ops.CreateModel(
            name='QuoteStamp',
            fields=[
                ('id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('quoted', fields.ForeignKeyField('folkmoot.Post', source_field='quoted_id', db_constraint=True, to_field='id', related_name='quote_stamps', on_delete=OnDelete.CASCADE)),
                ('quoting_uri', fields.CharField(max_length=2048)),
                ('account_id', fields.BigIntField()),
                ('at', fields.BigIntField()),
                ('revoked_at', fields.BigIntField(null=True)),
            ],
            options={'table': 'quote_stamps', 'app': 'folkmoot', 'unique_together': (('quoted', 'quoting_uri'),), 'pk_attr': 'id', 'table_description': 'The permission of the author of `quoted`, one of ours, for the post at `quoting_uri` to quote it (FEP-044f).'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Thread',
            fields=[
                ('thread_id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('known_elsewhere', fields.IntField(null=True)),
                ('asked_at', fields.BigIntField()),
            ],
            options={'table': 'threads', 'app': 'folkmoot', 'pk_attr': 'thread_id', 'table_description': '`thread_id` is the root post known here. `known_elsewhere` is how many comments its home lists, empty while'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Post',
            name='context_uri',
            field=fields.CharField(db_default='', max_length=2048),
        ),
        ops.AddField(
            model_name='Post',
            name='quote_of_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Post',
            name='quote_stamp',
            field=fields.CharField(db_default='', max_length=2048),
        ),
        ops.AddField(
            model_name='Post',
            name='quote_state',
            field=fields.CharField(db_default='', max_length=16),
        ),
        ops.AddField(
            model_name='Post',
            name='quote_uri',
            field=fields.CharField(db_default='', max_length=2048),
        ),
        ops.AddField(
            model_name='Post',
            name='reply_policy',
            field=fields.CharField(db_default='', max_length=16),
        ),
    ]
