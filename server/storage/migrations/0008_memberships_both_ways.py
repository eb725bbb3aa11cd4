from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0007_moderation')]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name='Membership',
            options={'table': 'memberships', 'app': 'folkmoot', 'unique_together': (('organisation', 'account'),), 'pk_attr': 'id', 'table_description': 'That an account belongs to an organisation, and as what. It is a membership once both say so: the account'},
        ),
        ops.AddField(
            model_name='Membership',
            name='claimed',
            field=fields.BooleanField(db_default=True),
        ),
        ops.AddField(
            model_name='Membership',
            name='confirmed',
            field=fields.BooleanField(db_default=True),
        ),
    ]
