// What a person is told about an allocation: the cause in a sentence, and what would keep the value on the stack.
#include "programs/burrow/explain_report.h"

namespace burrow {

namespace {

const FlowStep* lastStep(const Allocation& a) {
  for (auto hop = a.flow.rbegin(); hop != a.flow.rend(); ++hop)
    if (!hop->steps.empty()) return &hop->steps.back();
  return nullptr;
}

/// What is called, in a step like "fmt.Println(... argument...)".
std::string calleeOf(const FlowStep* step) {
  if (!step) return "the function";
  int depth = 0;
  // The arguments are the last pair of parentheses; the callee may have some of its own: (*T).M(t).
  for (size_t i = step->what.size(); i-- > 0;) {
    if (step->what[i] == ')') ++depth;
    if (step->what[i] == '(' && --depth == 0) return step->what.substr(0, i);
  }
  return step->what;
}

/// The left side of "x.f = y".
std::string targetOf(const FlowStep* step) {
  if (!step) return "memory that outlives the call";
  size_t at = step->what.find(" = ");
  return at == std::string::npos ? step->what : step->what.substr(0, at);
}

enum class Form : uint8_t { Variable, Pointer, Slice, Map, Text, Closure, Boxed };

/// What kind of thing is allocated, by its spelling.
Form formOf(const Allocation& a) {
  const std::string& w = a.what;
  if (a.variable) return Form::Variable;
  if (w == "func literal") return Form::Closure;
  if (w.starts_with('&') || w.starts_with("new(")) return Form::Pointer;
  if (w == "append" || w == "... argument" || w.starts_with("make([]") || (w.starts_with("[]") && w.ends_with('}')) || w.starts_with("([]")) return Form::Slice;
  if (w.starts_with("make(map") || w.starts_with("map[")) return Form::Map;
  if (w.starts_with("string(") || w.find(" + ") != std::string::npos) return Form::Text;
  return Form::Boxed;
}

void adviseReturned(const Allocation& a, std::vector<std::string>& out) {
  switch (formOf(a)) {
    case Form::Variable:
    case Form::Pointer:
      out.push_back("return the value instead of a pointer to it, if it is not too large to be copied");
      out.push_back("or let the caller pass a pointer to a variable of its own, which the function fills");
      out.push_back("or keep the function small enough to be inlined: then the value lives with its caller");
      break;
    case Form::Slice:
      out.push_back("let the caller pass a slice to append to, and return that: func f(dst []T, …) []T");
      break;
    case Form::Map:
      out.push_back("let the caller pass the map to fill, and reuse it (clear(m)) between calls");
      break;
    case Form::Text:
      out.push_back("append to a []byte or a strings.Builder of the caller instead of returning a new string");
      break;
    case Form::Closure:
      out.push_back("return a value with a method instead of a closure, or take what it does as a parameter here");
      break;
    case Form::Boxed:
      out.push_back("return the concrete type instead of an interface: the value is then copied, not allocated");
      break;
  }
}

}  // namespace

std::string causeText(const Allocation& a) {
  const FlowStep* last = lastStep(a);
  if (a.constant) return "a constant in an interface is static data: gc says that it escapes, but running this allocates nothing";
  switch (a.cause) {
    case HeapCause::Returned: return "a pointer to it is returned: it outlives the call";
    case HeapCause::Global: return "it is stored in the package variable " + targetOf(last);
    case HeapCause::Stored: return "it is stored in " + targetOf(last) + ", which may outlive the call";
    case HeapCause::MapElement: return "it is stored in a map: what maps hold is on the heap";
    case HeapCause::SliceElement: return "it is stored in a slice whose elements may outlive the call";
    case HeapCause::Sent: return "it is sent on a channel: whoever receives it may run on another goroutine";
    case HeapCause::Goroutine: return "a goroutine (or a call deferred in a loop) runs it, after this statement has been left";
    case HeapCause::Captured:
      return "a closure that is on the heap refers to it" + std::string(a.closure ? "" : ", or may run after the function has returned");
    case HeapCause::Interface: return "it is converted to an interface and passed to " + calleeOf(last) + ", which keeps its arguments or looks at them by reflection";
    case HeapCause::KnownCall: return "it is passed to " + calleeOf(last) + ", from where it leaves";
    case HeapCause::MethodCall: return "it is passed to " + calleeOf(last) + ", a method of an interface: which one is known only at run time";
    case HeapCause::FuncValueCall: return "it is passed to " + calleeOf(last) + ", a function value: which function it is is known only at run time";
    case HeapCause::Panic: return "it is the value of a panic, which outlives the function";
    case HeapCause::TooLarge: return "it is too large for a stack: variables may take 128 KiB, other values 64 KiB";
    case HeapCause::UnknownSize: return "its size is not a constant: how much stack it would take is not known";
    case HeapCause::Other: return last ? "its address leaves in " + last->what : "it must be there by its nature";
    case HeapCause::None: break;
  }
  return a.zeroCopy ? "it shares the memory of the string: the bytes are never changed" : "no pointer to it leaves the function";
}

std::vector<std::string> adviceFor(const Allocation& a) {
  std::vector<std::string> out;
  if (a.constant) return out;
  const FlowStep* last = lastStep(a);
  switch (a.cause) {
    case HeapCause::Returned: adviseReturned(a, out); break;
    case HeapCause::Global:
      if (formOf(a) == Form::Slice) out.push_back("give the slice its final capacity once, and reuse it: s = s[:0] keeps its memory");
      else out.push_back("make the variable hold the value instead of a pointer to it; assigning then copies");
      break;
    case HeapCause::Stored:
      out.push_back("store the value instead of a pointer to it, or copy it into what is there already: *p = v");
      break;
    case HeapCause::MapElement:
      out.push_back("store values instead of pointers: map[K]T instead of map[K]*T");
      break;
    case HeapCause::SliceElement:
      out.push_back("store values instead of pointers: []T instead of []*T; one allocation then serves many elements");
      if (formOf(a) == Form::Slice) out.push_back("give the slice its final capacity beforehand: make([]T, 0, n)");
      break;
    case HeapCause::Sent:
      out.push_back("send the value instead of a pointer: chan T; small values are copied into the channel");
      break;
    case HeapCause::Goroutine:
      out.push_back("start one goroutine for many pieces of work instead of one each, and send it what to do");
      break;
    case HeapCause::Captured:
      if (a.closure)
        out.push_back("pass it to the closure as an argument instead: func(x T) { … }(x)");
      else
        out.push_back("let the closure not outlive the function, or pass the variable as an argument");
      out.push_back("a variable of at most 128 bytes that is never assigned again is captured by value: give the closure a copy");
      break;
    case HeapCause::Interface:
      out.push_back("use functions of the concrete type (strconv.AppendInt, io.WriteString, …) where this runs often");
      out.push_back("or make the call conditional: the conversion happens only where the call is made");
      break;
    case HeapCause::KnownCall:
      out.push_back("pass the value instead of a pointer, or change " + calleeOf(last) + " so that it does not keep its argument");
      break;
    case HeapCause::MethodCall:
      out.push_back("call the method on the concrete type, or let the function be generic over it: then the callee is known");
      out.push_back("or reuse one buffer (a field, a sync.Pool) for all calls");
      break;
    case HeapCause::FuncValueCall:
      out.push_back("call the function by its name, or let the caller be inlined: then what it does with its argument is known");
      break;
    case HeapCause::TooLarge:
      out.push_back("use a smaller one, or allocate one and reuse it");
      break;
    case HeapCause::UnknownSize:
      out.push_back("use a constant size that is always enough, and slice it: make([]T, n, 64) or var buf [64]T");
      break;
    case HeapCause::Panic: case HeapCause::Other: case HeapCause::None: break;
  }
  return out;
}

std::string placeText(const std::string& place) {
  if (place.starts_with('&')) return "a pointer to " + placeText(place.substr(1));
  if (size_t stars = place.find_first_not_of('*'); stars != 0 && stars != std::string::npos)
    return "what " + placeText(place.substr(stars)) + (stars == 1 ? " points to" : " leads to through " + std::to_string(stars) + " pointers");
  if (place == "{heap}") return "the heap";
  if (place == "{temp}") return "a temporary";
  if (place == "{storage for ... argument}") return "the slice of the variadic arguments";
  constexpr std::string_view kStorage = "{storage for ";
  if (place.starts_with(kStorage)) return "the memory of " + place.substr(kStorage.size(), place.size() - kStorage.size() - 1);
  if (place.starts_with("~r") && place.size() == 3) return place == "~r0" ? "the result" : "result " + std::to_string(place[2] - '0' + 1);
  return place;
}

std::string stepText(const FlowStep& step) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"address-of", "its address is taken"},
      {"spill", "a pointer to it is made"},
      {"return", "returned"},
      {"assign", "stored"},
      {"assign-pair", "assigned, or passed to an inlined call"},
      {"call parameter", "passed to the call"},
      {"captured by a closure", "captured by a closure"},
      {"reference", "by reference"},
      {"slice-literal-element", "an element of the slice"},
      {"array literal element", "an element of the array"},
      {"struct literal element", "a field of the struct"},
      {"map literal key", "a key of the map"},
      {"map literal value", "a value of the map"},
      {"key of map put", "a key of the map"},
      {"interface-converted", "converted to an interface"},
      {"send", "sent on the channel"},
      {"dot", "a field of it"},
      {"dot of pointer", "read through the pointer"},
      {"indirection", "read through the pointer"},
      {"slice", "sliced"},
      {"range", "taken by the loop"},
      {"range-deref", "taken by the loop"},
      {"switch case", "the variable of the case"},
      {"fixed-array-index-of", "an element of it"},
      {"appended slice...", "its elements are appended"},
      {"appendee slice", "appended to"},
      {"copied slice", "its elements are copied"},
  };
  for (const auto& [why, text] : kWords)
    if (step.why == why) return std::string(text);
  return step.why;
}

}  // namespace burrow
