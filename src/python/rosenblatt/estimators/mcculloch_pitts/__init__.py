"""McCulloch and Pitts' neuron of 1943, and networks of them that compute any truth table."""
