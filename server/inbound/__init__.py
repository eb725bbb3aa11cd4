"""Activities that arrived, turned into the acts that forms and apps use too; one file per verb."""
