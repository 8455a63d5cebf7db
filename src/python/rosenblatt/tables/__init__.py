"""Tables: columns of numbers, categories and dates, with missing values, as the inputs of networks."""
