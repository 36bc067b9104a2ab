"""The tab "Summaries": all there are, and each as a form."""
