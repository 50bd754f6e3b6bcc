"""What people are told, the likes that they were told of, and the view of what they have not read."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


VIEW = """
CREATE VIEW content_public_unread AS
SELECT person_id FROM content_notice WHERE read_at IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0006_comments_open'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LikesSeen',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='content.post')),
                ('likes', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('key', models.CharField(max_length=100)),
                ('comment_id', models.UUIDField(null=True)),
                ('actor_id', models.UUIDField(null=True)),
                ('author', models.CharField(blank=True, default='', max_length=40)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='content.post')),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-id'], name='content_notices_of'), models.Index(condition=models.Q(('read_at', None)), fields=['person'], name='content_notices_unread'), models.Index(fields=['actor_id'], name='content_notices_by')],
                'constraints': [models.UniqueConstraint(fields=('person', 'key'), name='notice_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['comment', 'reply', 'mention', 'published', 'rejected'])), name='notice_kind_known')],
            },
        ),
        migrations.RunSQL(VIEW, "DROP VIEW content_public_unread"),
    ]
