// Keeps the perceptron's arithmetic out of files that are compiled with fused multiply-add.
//
// scikit-learn is compiled without, and its bits are promised. CMakeLists.txt gives perceptron.cpp, and no other file,
// the option -ffp-contract=off and this name.
#pragma once

#ifndef ROSENBLATT_UNFUSED
#error "the bits depend on -ffp-contract=off: include this from perceptron.cpp only"
#endif
