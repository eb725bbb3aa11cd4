from tortoise import migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0003_life_cycle')]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name='Owner',
            options={'table': 'owners', 'app': 'folkmoot', 'pk_attr': 'id', 'table_description': 'A policy owner. `account_id` is their account where they have one, here or elsewhere; `email` is shown to'},
        ),
    ]
