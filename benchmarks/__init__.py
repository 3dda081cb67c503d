"""Speed, calibration and simulation studies: what takes too long for the tests."""
