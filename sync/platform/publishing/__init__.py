"""Publishing the service directory: check, enrich, index, sign; a refusal changes nothing."""
