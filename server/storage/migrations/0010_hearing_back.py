from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0009_coauthor_account')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Heard',
            fields=[
                ('id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('step_id', fields.BigIntField()),
                ('account_id', fields.BigIntField()),
                ('post_id', fields.BigIntField()),
            ],
            options={'table': 'heard', 'app': 'folkmoot', 'unique_together': (('step_id', 'account_id'),), 'pk_attr': 'id', 'table_description': 'That somebody elsewhere was told of a step of a proposal they took part in: once, by the post `post_id`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Letter',
            fields=[
                ('id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('key', fields.CharField(unique=True, max_length=255)),
                ('recipient', fields.CharField(db_default='', max_length=320)),
                ('subject', fields.CharField(db_default='', max_length=255)),
                ('text', fields.TextField(db_default='', unique=False)),
                ('html', fields.TextField(db_default='', unique=False)),
                ('unsubscribe', fields.CharField(db_default='', max_length=2048)),
                ('state', fields.CharField(db_default='waiting', max_length=16)),
                ('error', fields.CharField(db_default='', max_length=500)),
                ('created_at', fields.BigIntField()),
            ],
            options={'table': 'letters', 'app': 'folkmoot', 'indexes': [Index(fields=['state', 'created_at'])], 'pk_attr': 'id', 'table_description': 'A mail. `key` names its cause, so that none is written twice. `state` is waiting, sending, sent, failed or'},
            bases=['Model'],
        ),
        ops.AlterModelOptions(
            name='Notification',
            options={'table': 'notifications', 'app': 'folkmoot', 'unique_together': (('account', 'key'),), 'indexes': [Index(fields=['account_id', 'id'])], 'pk_attr': 'id', 'table_description': "`key` makes each cause notify once: kind, who, what. `step_id` is the step of a proposal's timeline it tells"},
        ),
        ops.AddField(
            model_name='Notification',
            name='step_id',
            field=fields.BigIntField(null=True),
        ),
    ]
