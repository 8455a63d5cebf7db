// Included by headers whose arithmetic must not be compiled with fused multiply-add.
//
// The perceptron promises scikit-learn's bits, and scikit-learn is compiled without it. CMakeLists.txt compiles only
// perceptron.cpp with -ffp-contract=off, and defines ROSENBLATT_UNFUSED there.
#pragma once

#ifndef ROSENBLATT_UNFUSED
#error "the bits depend on -ffp-contract=off: include this from perceptron.cpp only"
#endif
