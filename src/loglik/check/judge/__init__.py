"""What each relation of a document is worth: sampled, proved, or refuted where nothing else can be meant."""
