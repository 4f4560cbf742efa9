// An experiment as one HTML page: a plot of every run by variant, the course over the rounds, the table. No scripts, no network.
#include <fmt/format.h>

#include <algorithm>

#include "profiler/bench/experiment.h"
#include "profiler/report/units.h"

namespace burrow::profiler {

namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --back: #fff; --fore: #1d2329; --quiet: #66707b; --line: #dfe3e8; --soft: #d9e5f7; }
@media (prefers-color-scheme: dark) { :root { --back: #14181c; --fore: #e3e7eb; --quiet: #98a2ad; --line: #2c343c; --soft: #223350; } }
body { margin: 20px auto; max-width: 1100px; padding: 0 20px; background: var(--back); color: var(--fore); font: 14px/1.5 system-ui, sans-serif; }
h1 { font-size: 20px; } h2 { font-size: 16px; margin-top: 30px; } .quiet { color: var(--quiet); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } .scroll { overflow-x: auto; }
th, td { padding: 4px 10px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; } th:first-child, td:first-child { text-align: left; }
svg text { fill: var(--quiet); font: 12px system-ui, sans-serif; }
)";
constexpr const char* kColours[] = {"#4477bb", "#cc6633", "#2a9d8f", "#9c5fb5", "#b8860b", "#c0436d", "#5b8c3a", "#6b7785"};

const char* colourOf(size_t variant) { return kColours[variant % std::size(kColours)]; }

std::string escape(const std::string& s) {
  std::string out;
  for (char c : s) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}
std::string time(double seconds) { return durationText(seconds * 1e9); }

struct Scale {
  double most = 1, left = 0, width = 0;
  double x(double v) const { return left + width * v / most; }
};

double greatest(const Experiment& e) {
  double most = 0;
  for (const Variant& v : e.variants)
    for (double value : valuesOf(v, e.metric)) most = std::max(most, value);
  return most > 0 ? most * 1.05 : 1;
}

/// For each variant a box from quartile to quartile, the median with its interval, and every run as a dot.
std::string boxPlot(const Experiment& e) {
  constexpr double kRow = 46, kWidth = 1060;
  size_t longest = 0;
  for (const Variant& v : e.variants) longest = std::max(longest, textWidth(v.name));
  double left = std::min(320.0, 20 + 7.2 * static_cast<double>(longest));
  Scale s{greatest(e), left, kWidth - left - 90};
  double height = kRow * static_cast<double>(e.variants.size()) + 30;
  std::string out = fmt::format("<svg id=\"boxes\" width=\"{}\" height=\"{}\" role=\"img\" aria-label=\"all runs by variant\">", kWidth, height);
  for (int i = 0; i <= 5; ++i) {
    double v = s.most * i / 5;
    out += fmt::format("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"0\" y2=\"{1}\" stroke=\"var(--line)\"/><text x=\"{0:.1f}\" y=\"{2}\" text-anchor=\"middle\">{3}</text>", s.x(v), height - 24, height - 8, time(v));
  }
  for (size_t i = 0; i < e.variants.size(); ++i) {
    const Variant& v = e.variants[i];
    std::vector<double> values = valuesOf(v, e.metric);
    Interval m = medianInterval(values);
    double y = kRow * static_cast<double>(i) + kRow / 2, q1 = quantile(values, 0.25), q3 = quantile(values, 0.75);
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", left - 10, y + 4, escape(v.name));
    out += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"22\" fill=\"{}\" opacity=\".25\"/>", s.x(q1), y - 11, std::max(1.0, s.x(q3) - s.x(q1)), colourOf(i));
    out += fmt::format("<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" stroke-width=\"3\"/>", s.x(m.low), s.x(m.high), y + 15, y + 15, colourOf(i));
    out += fmt::format("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\" stroke=\"{3}\" stroke-width=\"2\"/>", s.x(median(values)), y - 11, y + 11, colourOf(i));
    for (size_t k = 0; k < values.size(); ++k)
      out += fmt::format("<circle class=\"run\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"><title>{}: round {}, {}</title></circle>", s.x(values[k]), y - 7 + 14.0 * static_cast<double>(k * 7 % 11) / 10, colourOf(i), escape(v.name), k + 1, time(values[k]));
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", kWidth - 84, y + 4, time(median(values)));
  }
  return out + "</svg>";
}

/// Times over rounds: a machine that heats up, or caches that fill, show as a slope. Round 0: the first run, which is not counted.
std::string coursePlot(const Experiment& e) {
  constexpr double kWidth = 1060, kHeight = 220, kLeft = 70;
  double most = greatest(e);
  uint32_t rounds = 1;
  for (const Variant& v : e.variants) {
    if (!v.warmups.empty()) most = std::max(most, v.warmups[0].wallSeconds * 1.05);
    rounds = std::max(rounds, static_cast<uint32_t>(v.runs.size()));
  }
  auto x = [&](double round) { return kLeft + (kWidth - kLeft - 20) * round / rounds; };
  auto y = [&](double v) { return kHeight - 24 - (kHeight - 34) * v / most; };
  std::string out = fmt::format("<svg id=\"course\" width=\"{}\" height=\"{}\" role=\"img\" aria-label=\"times over rounds\">", kWidth, kHeight);
  for (int i = 0; i <= 4; ++i)
    out += fmt::format("<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"var(--line)\"/><text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", kLeft, kWidth - 20, y(most * i / 4), y(most * i / 4), kLeft - 8, y(most * i / 4) + 4, time(most * i / 4));
  for (size_t i = 0; i < e.variants.size(); ++i) {
    const Variant& v = e.variants[i];
    std::vector<double> values = valuesOf(v, e.metric);
    std::string path;
    for (size_t k = 0; k < values.size(); ++k) path += fmt::format("{}{:.1f} {:.1f}", k ? "L" : "M", x(static_cast<double>(k + 1)), y(values[k]));
    out += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"><title>{}</title></path>", path, colourOf(i), escape(v.name));
    if (!v.warmups.empty()) out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"none\" stroke=\"{}\"><title>{}: first run, not counted</title></circle>", x(0), y(v.warmups[0].wallSeconds), colourOf(i), escape(v.name));
  }
  return out + fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">round</text></svg>", kWidth / 2, kHeight - 4);
}

/// The Markdown table in HTML: the same cells, told in one place.
std::string tableOf(const std::string& markdown) {
  std::string out = "<div class=\"scroll\"><table>";
  bool isHead = true;
  size_t at = markdown.find("| ");
  while (at != std::string::npos && markdown[at] == '|') {
    size_t end = markdown.find('\n', at);
    std::string line = markdown.substr(at, end - at);
    at = end + 1;
    if (line.find("---") != std::string::npos) {
      isHead = false;
      continue;
    }
    out += "<tr>";
    for (size_t cell = 1; cell < line.size();) {
      size_t bar = line.find('|', cell);
      if (bar == std::string::npos) break;
      out += (isHead ? "<th>" : "<td>") + escape(line.substr(cell, bar - cell));
      cell = bar + 1;
    }
    out += "</tr>";
  }
  return out + "</table></div>";
}

}  // namespace

std::string experimentHtml(const Experiment& e) {
  std::string title;
  for (const std::string& w : e.program) title += (title.empty() ? "" : " ") + w;
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
                    "<title>burrow bench " + escape(title) + "</title><style>" + kStyle + "</style></head><body>\n";
  out += "<h1>burrow bench <span class=\"quiet\">" + escape(title) + "</span></h1>\n";
  out += fmt::format("<p class=\"quiet\">{} runs of each variant, in turns; {}; {}</p>\n", e.variants.empty() ? 0 : e.variants[0].runs.size(), escape(e.machine), escape(e.startedAt));
  out += "<h2>" + std::string(metricName(e.metric)) + " time of every run</h2>" + boxPlot(e) + "<p class=\"quiet\">Dots are runs, boxes go from quartile to quartile, bars below them are the 95 % intervals of the medians.</p>\n";
  out += tableOf(experimentMarkdown(e)) + "\n<h2>In the order of rounds</h2>" + coursePlot(e) + "\n";
  for (const std::string& n : e.notes) out += "<p>Note: " + escape(n) + "</p>\n";
  return out + "</body></html>\n";
}

}  // namespace burrow::profiler
