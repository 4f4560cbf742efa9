// The overlay: which packages of std Burrow replaces or patches (compiler/overlay/README.md has the format).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace burrow {

struct OverlayEntry {
  bool replace = false;
  bool amd64 = false;                   ///< arch=amd64
  std::set<std::string, std::less<>> drop, take, bodyless, noescape, remove;
  std::string dir;                      ///< where its own files are; empty: none
  std::vector<std::string> files;       ///< names of its own files, sorted
};

class Overlay {
 public:
  /// Reads overlay.txt below `dir`; what is wrong with it, or empty.
  std::string load(const std::string& dir);
  /// Null if the package is compiled as it stands. What std has vendored is looked for by its own path.
  const OverlayEntry* find(std::string_view path) const;
  /// Packages that exist only here.
  std::vector<std::string> replaced() const;

 private:
  std::map<std::string, OverlayEntry, std::less<>> entries_;
};

namespace syntax {
struct File;
}
class Arena;
/// Takes from a parsed file of the Go tree the bodies and declarations that the entry names; overlay files stay whole.
void applyOverlay(const OverlayEntry& entry, syntax::File* file, Arena& arena, bool isOverlayFile);

/// Where the overlay is: $BURROW_OVERLAY, beside the binary, or the source tree that the binary was built from.
std::string overlayDir();

}  // namespace burrow
