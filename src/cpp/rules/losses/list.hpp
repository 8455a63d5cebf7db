// The list of all losses.
//
// To add one, write its struct in regression.hpp or classification.hpp and name it in the list at the end of that file.
#pragma once

#include <tuple>

#include "rules/losses/classification.hpp"
#include "rules/losses/regression.hpp"

namespace rosenblatt {

using LossList = decltype(std::tuple_cat(RegressionLosses{}, ClassificationLosses{}));

}  // namespace rosenblatt
