// A profile as one HTML page that needs nothing else: no network, no files beside it.
#pragma once

#include <string>
#include <vector>

#include "profiler/advice/advice.h"
#include "profiler/report/formats.h"

namespace burrow::profiler {

/// The sources of sites and samples are read from their files and put into the page.
std::string toHtml(const Profile& profile, const std::vector<Advice>& advice, Subject subject);

/// A file of report/page, as it was when this was built.
std::string pagePart(const std::string& name);

}  // namespace burrow::profiler
