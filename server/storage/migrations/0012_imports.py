from tortoise import migrations
from tortoise.migrations import operations as ops
from orjson import loads
from tortoise.fields.data import JSON_DUMPS
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0011_conversations')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Import',
            fields=[
                ('id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('member_id', fields.BigIntField(db_index=True)),
                ('kind', fields.CharField(max_length=16)),
                ('entries', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('position', fields.IntField(db_default=0)),
                ('missed', fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ('created_at', fields.BigIntField()),
            ],
            options={'table': 'imports', 'app': 'folkmoot', 'pk_attr': 'id', 'table_description': '`entries` are worked through in order; `position` is how far. `missed` holds those that could not be had.'},
            bases=['Model'],
        ),
    ]
