// The page in a real browser, if there is one (chromium, or $BURROW_BROWSER): a script that is appended to it uses it as a person would and
// writes what it found into the document, which the browser then prints.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "profiler/report/page.h"
#include "tests/profiler/sample.h"
#include "tests/support/subprocess.h"

namespace burrow::profiler::test {

namespace {

const char* const kSource =
    "package main\n\ntype point struct{ x, y int }\n\nfunc newPoint() *point { return &point{} }\n\nfunc collect(n int) (out []int) {\n\tfor i := range n {\n"
    "\t\tout = append(out, i) // </script> in a comment\n\t}\n\treturn\n}\n\nvar raw = `a\nfunc b`\n\nfunc main() {\n\tcollect(10)\n\t// …\n\tcollect(10000)\n"
    "\tnewPoint()\n\tprintln(\"x\")\n}\n";

std::string browser() {
  if (const char* b = std::getenv("BURROW_BROWSER")) return b;
  for (const char* path : {"/usr/bin/chromium", "/usr/bin/chromium-headless-shell", "/usr/bin/google-chrome"})
    if (std::filesystem::exists(path)) return path;
  return {};
}

class Page : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = std::filesystem::temp_directory_path() / ("burrow-page-" + std::to_string(::getpid()));
    std::filesystem::create_directories(dir_);
    std::ofstream(dir_ / "main.go") << kSource;
    Advice a;
    a.file = (dir_ / "main.go").string();
    a.line = 9;
    a.function = "main.collect";
    a.what = "append grew 30 times";
    a.todo = "give the slice its final capacity";
    a.edits = {{7, "func collect(n int) (out []int) {", "func collect(n int) (out []int) {\n\tout = make([]int, 0, n)"}};
    a.saves = {30, 475712};
    html_ = toHtml(SampleProfile::make((dir_ / "main.go").string()), {a}, Subject::Alloc);
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  /// What `script` put into `out` (an array of strings), a line each; or the browser's error.
  std::string run(const std::string& script) {
    std::string page = html_;
    page.insert(page.rfind("</body>"),
                "<script>window.onerror = e => { document.title = 'failed'; document.body.append('ERROR ' + e); };"
                "const out = [];\n" + script + "\nconst result = document.createElement('pre'); result.id = 'result'; result.textContent = out.join('\\n'); document.body.append(result);</script>");
    std::ofstream(dir_ / "page.html") << page;
    burrow::test::Command c;
    c.argv = {browser(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,900", "--user-data-dir=" + (dir_ / "profile").string(),
              "--dump-dom", "file://" + (dir_ / "page.html").string()};
    c.limits.seconds = 90;
    burrow::test::CommandResult r = burrow::test::runCommand(c);
    size_t at = r.out.find("<pre id=\"result\">");
    if (at == std::string::npos) return "no result (" + r.describe() + "): " + r.out.substr(0, 300) + r.err.substr(0, 2000);
    at += 17;
    return r.out.substr(at, r.out.find("</pre>", at) - at);
  }

  std::filesystem::path dir_;
  std::string html_;
};

}  // namespace

TEST_F(Page, IsOneFile) {
  for (const char* outside : {"http://", "https://", "src=", "href=", "@import", "url(", "@DATA@", "@SCRIPT@"}) {
    size_t at = html_.find(outside);
    if (std::string(outside) == "http://" && at != std::string::npos) EXPECT_EQ(html_.substr(at, 18), "http://www.w3.org/") << "a name of SVG, no address";
    else EXPECT_EQ(at, std::string::npos) << outside;
  }
  EXPECT_EQ(html_.find("</script> in a comment"), std::string::npos) << "a source must not end the data";
}

TEST_F(Page, WorksInABrowser) {
  if (browser().empty()) GTEST_SKIP() << "no browser: install chromium or set BURROW_BROWSER";
  std::string got = run(R"js(
const $ = s => document.querySelector(s), all = s => [...document.querySelectorAll(s)];
const shown = () => all('section.shown').map(s => s.id).join();
out.push('start ' + shown(), 'advice ' + all('.advice').length);
$('#tab-flame').click();
const wide = () => all('.box').map(b => b.textContent + ' ' + Math.round(parseFloat(b.style.width)));
const full = Math.round($('#flame').clientWidth);
out.push('flame ' + shown(), 'boxes ' + all('.box').length);
const library = all('.box').find(b => b.title.startsWith('main.collect'));
out.push('narrow ' + (parseFloat(library.style.width) < full));
library.click();
out.push('zoomed ' + (Math.round(parseFloat(all('.box').find(b => b.title.startsWith('main.collect')).style.width)) === full), 'reset ' + !$('#flame-reset').disabled);
document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}));
out.push('whole ' + (parseFloat(all('.box').find(b => b.title.startsWith('main.collect')).style.width) < full));
$('#search').value = 'newpoint'; $('#search').oninput();
out.push('found ' + all('.box.found').length, $('#flame-found').textContent);
$('#search').value = ''; $('#search').oninput();
$('#flame-metric').value = 'stack-bytes'; $('#flame-metric').onchange();
out.push('stack ' + all('.box').some(b => b.title.startsWith('[variable [8]int]')));
$('#flame-inverted').checked = true; $('#flame-inverted').onchange();
out.push('inverted ' + all('.box').filter(b => b.style.top === '20px').map(b => b.textContent).join());

$('#tab-sites').click();
const cells = n => all('#sites tbody tr').map(r => r.cells[n].textContent);
out.push('rows ' + cells(0).length, 'by bytes ' + cells(1).join());
$('th[data-column=objects]').click();
out.push('by objects ' + cells(3).join());
$('th[data-column=objects]').click();
out.push('ascending ' + cells(3).join());
$('#show-heap').checked = false; $('#show-heap').onchange();
out.push('stack only ' + cells(0).join());
$('#show-heap').checked = true; $('#show-heap').onchange();
$('#kind').value = 'new'; $('#kind').onchange();
out.push('kind ' + cells(10).join());
$('#kind').value = ''; $('#kind').onchange();
$('#search').value = 'package variable'; $('#search').oninput();
out.push('search ' + cells(9).join());
$('#search').value = ''; $('#search').oninput();

all('#sites tbody tr').find(r => r.cells[9].textContent === 'main.collect').click();
out.push('source ' + shown(), 'target ' + $('.row.target').id, 'mark ' + $('.row.target').nextSibling.textContent);
out.push('marks ' + all('.marks .tag').map(t => t.textContent).join(), 'lines ' + all('.row').length, 'raw ' + $('#L15 .s').textContent);
$('#tab-timeline').click();
out.push('collections ' + all('rect.collection').length, 'area ' + !!$('#heap-area'), 'resident ' + !!$('#resident-line'));
out.push('requests ' + performance.getEntriesByType('resource').length);
)js");
  EXPECT_EQ(got,
            "start view-overview\nadvice 1\n"
            "flame view-flame\nboxes 11\nnarrow true\nzoomed true\nreset true\nwhole true\n"
            "found 2\nmatched: 23.4 KiB, 2.3 %\nstack true\ninverted [variable [8]int]\n"
            "rows 4\nby bytes 977 KiB,313 KiB,23.4 KiB,4.88 KiB\nby objects 5,000,1,500,31,10\nascending 10,31,1,500,5,000\nstack only stack\n"
            "kind new main.point\nsearch main.newPoint\n"
            "source view-source\ntarget L9\nmark heap append []int 31 × 31.5 KiB = 977 KiB, 9.7 % survived, 30 growths copied 684 KiB, longest 65,536  escapes to heap: returned\n"
            "marks heap,heap,stack\nlines 23\nraw func b`\n"
            "collections 2\narea true\nresident true\nrequests 0");
}

}  // namespace burrow::profiler::test
