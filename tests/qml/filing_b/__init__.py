"""Window tests of questions, materials, checking and corrections."""
