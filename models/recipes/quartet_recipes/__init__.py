"""Recipes that turn published weights into the ONNX folders that Quartet runs."""
