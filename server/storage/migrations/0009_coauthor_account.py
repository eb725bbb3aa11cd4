from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0008_memberships_both_ways')]

    initial = False

    operations = [
        ops.AddField(
            model_name='CoAuthor',
            name='account_id',
            field=fields.BigIntField(null=True),
        ),
    ]
