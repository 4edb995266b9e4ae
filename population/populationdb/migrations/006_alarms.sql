-- The few contacts over the cap are counted without reading all the others.
CREATE INDEX contact_totals_alarms ON contact_totals (alarms) WHERE alarms > 0;
