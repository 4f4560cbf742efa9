#include "jit/call_sites.h"

#include <deque>
#include <unordered_map>

#include "jit/assembler.h"
#include "jit/stubs.h"

namespace burrow::jit {

namespace {

// Only the thread that compiles comes here; there is one at a time.
std::deque<CallSite> sites;
std::unordered_map<const Insn*, CallSite*> siteOf;

}  // namespace

CallSite* noteCallSite(const Insn* pc) {
  CallSite*& site = siteOf[pc];
  if (!site) site = &sites.emplace_back();
  return site;
}

const CallSite* callSiteAt(const Insn* pc) {
  auto at = siteOf.find(pc);
  return at == siteOf.end() ? nullptr : at->second;
}

const char* callSiteStub() {
  static const char* const stub = makeStub([](x86::Assembler& a) {
    Label done = a.newLabel();
    for (unsigned i = 0; i < CallSite::kTargets; i++) {
      x86::Mem seen = x86::qword_ptr(x86::rax, static_cast<int32_t>(offsetof(CallSite, seen) + 8 * i));
      Label next = a.newLabel();
      a.cmp(kCallee, seen);
      a.je(done);
      a.cmp(seen, 0);
      a.jne(next);
      a.mov(seen, kCallee);
      a.ret();
      a.bind(next);
    }
    a.mov(x86::qword_ptr(x86::rax, offsetof(CallSite, others)), 1);
    a.bind(done);
    a.ret();
  }, "call site");
  return stub;
}

}  // namespace burrow::jit
