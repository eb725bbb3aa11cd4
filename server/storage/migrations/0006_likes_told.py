from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0005_media_keys')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Like',
            name='told_by',
            field=fields.BigIntField(null=True),
        ),
    ]
