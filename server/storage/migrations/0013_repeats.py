from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0012_imports')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Repeat',
            fields=[
                ('id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('member_id', fields.BigIntField()),
                ('key', fields.CharField(max_length=64)),
                ('what', fields.CharField(max_length=64)),
                ('body', fields.TextField(unique=False)),
                ('created_at', fields.BigIntField(db_index=True)),
            ],
            options={'table': 'repeats', 'app': 'folkmoot', 'unique_together': (('member_id', 'key'),), 'pk_attr': 'id', 'table_description': 'What a call with an Idempotency-Key answered, to be given again. `key` and `what` are hashes: of the key, and of'},
            bases=['Model'],
        ),
    ]
