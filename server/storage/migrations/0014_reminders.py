from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0013_repeats')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Reminder',
            fields=[
                ('id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('key', fields.CharField(unique=True, max_length=255)),
                ('created_at', fields.BigIntField()),
            ],
            options={'table': 'reminders', 'app': 'folkmoot', 'pk_attr': 'id', 'table_description': 'That a reminder was written: once for each `key`, which names what for and which of several it is.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Topic',
            name='replies',
            field=fields.CharField(db_default='open', max_length=16),
        ),
    ]
