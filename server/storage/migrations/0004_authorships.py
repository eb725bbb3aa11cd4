from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0003_life_cycle')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Authorship',
            fields=[
                ('post', fields.OneToOneField('folkmoot.Post', source_field='post_id', primary_key=True, db_index=True, db_constraint=True, to_field='id', related_name='authorship', on_delete=OnDelete.CASCADE)),
                ('account', fields.ForeignKeyField('folkmoot.Account', source_field='account_id', null=True, db_constraint=True, to_field='id', related_name='authorships', on_delete=OnDelete.CASCADE)),
                ('sealed', fields.BinaryField(null=True)),
                ('idempotency_key', fields.CharField(null=True, max_length=255)),
            ],
            options={'table': 'authorships', 'app': 'folkmoot', 'unique_together': (('account', 'idempotency_key'),), 'pk_attr': 'post_id', 'table_description': 'The author of a confidential post; an anonymous one has no row. `queries/authorships.py` alone reads it.'},
            bases=['Model'],
        ),
    ]
