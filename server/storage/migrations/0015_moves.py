from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0014_reminders')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Account',
            name='hides_network',
            field=fields.BooleanField(db_default=False),
        ),
        ops.AddField(
            model_name='Account',
            name='moved_at',
            field=fields.BigIntField(null=True),
        ),
    ]
