from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0016_proposal_facts')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Invite',
            name='part',
            field=fields.CharField(db_default='', max_length=80),
        ),
        ops.AddField(
            model_name='Invite',
            name='proposal_id',
            field=fields.BigIntField(null=True),
        ),
    ]
