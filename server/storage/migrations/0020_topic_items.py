from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('folkmoot', '0019_mail_follows')]

    initial = False

    operations = [
        ops.CreateModel(
            name='TopicItem',
            fields=[
                ('id', fields.BigIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ('topic', fields.ForeignKeyField('folkmoot.Account', source_field='topic_id', db_constraint=True, to_field='id', related_name='topic_items', on_delete=OnDelete.CASCADE)),
                ('uri', fields.CharField(max_length=2048)),
                ('bucket', fields.SmallIntField()),
                ('version', fields.BigIntField()),
                ('gone', fields.BooleanField(db_default=False)),
                ('body', fields.BinaryField(null=True)),
                ('via_id', fields.BigIntField(null=True)),
                ('at', fields.BigIntField()),
            ],
            options={'table': 'topic_items', 'app': 'folkmoot', 'unique_together': (('topic', 'uri'),), 'indexes': [Index(fields=['topic_id', 'bucket']), Index(fields=['via_id', 'at'])], 'pk_attr': 'id', 'table_description': 'What was said in a topic, one row for each post and each support: its newest version, or that it is `gone`.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Chapter',
            name='compared',
            field=fields.CharField(db_default='', max_length=16),
        ),
        ops.AddField(
            model_name='Chapter',
            name='compared_at',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Chapter',
            name='standing',
            field=fields.CharField(db_default='full', max_length=16),
        ),
    ]
