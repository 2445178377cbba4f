"""The fitted classifier: training, prediction, tables, the model file."""
