-- Webhooks are told what happened after they were made: the place of that in the log.
ALTER TABLE webhooks ADD COLUMN since bigint NOT NULL DEFAULT 0;

-- The project whose contents a delivery tells of; none: it tells of what all admins of the workspace see.
ALTER TABLE webhook_deliveries ADD COLUMN project_id uuid;
CREATE INDEX webhook_deliveries_order ON webhook_deliveries (workspace_id, webhook_id, seq, part, id) WHERE status = 'waiting';
CREATE INDEX webhook_deliveries_feed ON webhook_deliveries (workspace_id, webhook_id, seq, part) WHERE event_id IS NOT NULL AND redelivery_of IS NULL;
