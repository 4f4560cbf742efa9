// Code generation for one function.
//
// Every value has a shape (ir/types.h) and lies in consecutive slots. A variable has fixed slots for as long as its
// block lasts; each slot holds pointers or scalars for the whole function, so that a slot's liveness alone decides
// whether a stack map names it. Temporaries come from free lists by pointer pattern.
//
// Order of evaluation. value() first hoists: calls, receives and what else may change variables are evaluated, left
// to right, into temporaries; what is left of the tree has no side effects and is then evaluated by expr(). This is
// what gc does, including that variables are read after the calls of the same expression.
//
// Outgoing slots are written only between the last safepoint before a call and the call.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/codegen/code.h"
#include "compiler/codegen/kinds.h"
#include "compiler/codegen/small_list.h"
#include "compiler/codegen/unit_gen.h"
#include "compiler/ir/ir.h"

namespace burrow::codegen {

using ir::Node;
using IrOp = ir::Op;
using ir::Name;

/// Where a variable lives.
struct VarLoc {
  enum Kind : uint8_t {
    Frame,    ///< in slots from reg on
    Box,      ///< in the heap (or wherever): slot reg points to it
    Context,  ///< a by-value capture read from the closure object
  } kind = Frame;
  bool addressed = false;   ///< Frame: pointers to it may exist, so that any store or call may change it
  bool released = false;
  Reg reg = kNone;
  uint32_t offset = 0;      ///< Context: bytes from the closure object's start
};

/// An assignable or addressable place, its operands evaluated.
struct Place {
  enum Kind : uint8_t { None, Slots, Memory, Element, LocalArray, MapElement } kind = None;
  Reg reg = kNone;          ///< Slots: first slot; Memory: pointer; Element: slice; LocalArray: first slot; MapElement: map
  Reg index = kNone;        ///< Element, LocalArray: index; MapElement: key slots
  int64_t offset = 0;       ///< Slots, Memory: bytes
  int64_t count = 0;        ///< LocalArray: elements
  Type* mapType = nullptr;
  Pos pos;
  bool part = false;        ///< Slots: inside a value in memory layout, so that narrow scalars are not extended
  bool addressed = false;   ///< Slots: of a variable that pointers may lead to: what is read must be copied

  static Place inMemory(Reg pointer, Pos pos) { return {.kind = Memory, .reg = pointer, .pos = pos}; }
  static Place inSlots(Reg first, Pos pos) { return {.kind = Slots, .reg = first, .pos = pos}; }
};

inline Node* strip(Node* n) {
  while (n->op == IrOp::Paren) n = n->x;
  return n;
}

/// Variables of the function being generated: found by what their names hold for codegen.
class VarMap {
 public:
  using Entry = std::pair<Name*, VarLoc>;
  explicit VarMap(Arena& arena) : arena_(arena) {}
  Entry* find(const Name* n) const { return static_cast<Entry*>(n->codegen); }
  Entry* end() const { return nullptr; }
  bool count(const Name* n) const { return n->codegen != nullptr; }
  VarLoc& operator[](Name* n) {
    if (!n->codegen) n->codegen = arena_.make<Entry>(n, VarLoc{});
    return find(n)->second;
  }
  void erase(Entry* e) { e->first->codegen = nullptr; }

 private:
  Arena& arena_;
};

class FuncGen {
 public:
  FuncGen(UnitGen& unit, ir::Func& func);
  ~FuncGen();
  FuncGen(const FuncGen&) = delete;
  /// Generates the function; its symbol index.
  uint32_t run();

 private:
  friend class TempScope;
  UnitGen& u;
  ir::Func& f;
  Code code;
  FrameInfo frame;

  // ---- frame.cpp: slots and variables
  FreeSlots freeSlots_;
  struct Temp { Reg reg; Kinds kinds; };
  std::vector<Temp> temps_;
  std::vector<Name*> declared_;
  VarMap vars_;
  std::unordered_map<const Name*, bool> crowdedOut_;   ///< large variables: whether the frame had no room
  Reg ctx_ = kNone;
  Label epilogue_ = -1;
  bool usesCtx_ = false;
  int loopDepth_ = 0;
  bool hasGoto_ = false;

  // ---- storage.cpp: what lies in the frame and is pointed to
  /// Slots of a frame beyond which further arrays, structs and storage live on the heap: operands reach only so far.
  static constexpr size_t kFullFrame = 24000;
  static constexpr uint64_t kMaxStorageSlots = 64 * 1024 / 8;
  struct Storage { Reg reg; Kinds kinds; };
  std::vector<Storage> storages_, transients_;         ///< in use, in the order in which they were taken
  FreeSlots freeStorage_;
  std::unordered_set<const Name*> shared_;             ///< captured by reference
  std::unordered_map<const Name*, Reg> buffered_;      ///< slices that have a buffer for their first backing store
  std::vector<bool> exposed_;                          ///< per local slot: of an addressed variable
  size_t loopMark_ = 0;                                ///< storages_ at the start of the innermost loop
  void findShared();
  bool isAddressed(const Name* n) const;
  static Kinds kindsOf(Type* elem, uint64_t count);
  Reg pinnedSlots(const Kinds& kinds, bool transient);
  bool fitsFrame(uint64_t slots) const;
  /// Storage for what n allocates, if it is to lie in the frame and there is room; kNone: it goes to the heap.
  Reg storage(const Node* n, const Kinds& kinds);
  /// The same, without pointers in it. `capShows`: programs can see that it was used, so it is faked if it must not be.
  Reg buffer(const Node* n, unsigned slots, bool capShows = false);
  void endStorage(std::vector<Storage>& list, size_t mark, bool release);
  void expose(Reg r, unsigned slots);
  bool isExposed(Reg r) const;
  /// The append that is assigned to what it appends to, while that is so and it lies in memory: gc changes such slices in place, and has
  /// no buffer in the frame for them.
  const Node* grownInMemory_ = nullptr;
  bool liesInMemory(Node* x) const;
  const char* heapReason(const Node* n) const;

  static Kinds kindsOf(Type* t);
  Reg allocSlots(const Kinds& kinds);
  Reg temp(const Kinds& kinds);
  Reg temp(Type* t) { return temp(kindsOf(t)); }
  Reg scalarTemp() { return temp(Kinds{false}); }
  Reg ptrTemp() { return temp(Kinds{true}); }
  /// What generators lend each other: memory that has grown to the size they need.
  struct Spare {
    FreeSlots slots, storage;
    std::vector<Temp> temps;
    FrameInfo frame;
    ImageBuilder::Function out;
    std::vector<CodeOrigin> positions;
  };
  static Spare& spare();
  void pin(Reg r, unsigned slots);
  VarLoc& locOf(Name* n);
  VarLoc& declare(Name* n);
  void declareZero(Name* n);
  void newBox(Name* n, VarLoc& v);
  uint32_t boxSite(const Name* n);
  void loadResult(size_t i);
  bool livesOnHeap(const Name* n);
  void setUpFrame();
  void loadCaptures();
  void releaseVars(size_t mark);
  void reserveOutgoing(unsigned slots) { frame.outgoing = std::max(frame.outgoing, slots); }
  Reg resultReg(size_t i) const { return resultRegs_[i]; }
  std::vector<Reg> resultRegs_;

  // ---- emit helpers
  Ins& emit(Op op, Reg a = 0, Reg b = 0, Reg c = 0) { return code.emit(op, a, b, c); }
  Ins& emitW(Op op, Reg a, Reg b, Reg c, uint64_t w0) {
    Ins& in = code.emit(op, a, b, c);
    in.w[0] = w0;
    return in;
  }
  Ins& emitT(Op op, Reg a, Reg b, Reg c, Type* t);               ///< word 0: descriptor
  Ins& emitTS(Op op, Reg a, Reg b, Reg c, Type* t, uint64_t site);  ///< descriptor, site
  void branchTo(Op op, Reg a, Reg b, Label l);                   ///< two operands and a target
  void branch1(Op op, Reg a, Label l);                           ///< one operand and a target
  void move(Reg to, Reg from, unsigned slots);
  Reg moved(Reg from, Reg want, unsigned slots);                 ///< where the value is: in `want`, if that is given
  void zero(Reg to, unsigned slots);
  void loadInt(Reg to, int64_t v);
  void loadSym(Reg to, uint32_t ref, int32_t addend = 0);
  unsigned slotsOfType(Type* t) { return info(t).slots; }
  /// The site of what n allocates. `stack`: it lies in the frame.
  uint32_t site(const Node* n, AllocKind kind, Type* t, bool stack, uint64_t size = 0);
  uint32_t site(const Node* n, AllocKind kind) { return site(n, kind, n->type, false); }
  Reg target(Reg want, Type* t) { return want != kNone ? want : temp(t); }

  // ---- order.cpp
  bool hasCall(Node* n);
  void hoist(Node*& n, bool callFollows = false);
  void hoistParts(std::span<Node** const> parts, bool callFollows);
  void hoistAll(std::initializer_list<Node**> list) { hoistParts({list.begin(), list.size()}, false); }
  void hoistAll(const std::vector<Node**>& list) { hoistParts(list, false); }
  void runInit(Node*& n);
  void runInlined(Node* n);
  void releaseInlined(size_t mark);
  std::vector<Name*> inlinedResults_;   ///< of the inlined calls in the statement being generated
  void hoistPlace(Node*& n, bool callFollows = false);  ///< the operands of an assignable expression, not its value
  Node* slotNode(Reg r, Type* t, Pos pos);
  bool mayAllocate(Node* n);
  bool mentions(Node* n, Reg reg, unsigned slots);
  /// Where to build a value of n in several steps: `want`, unless n reads it or a panic could show it half-built.
  Reg buildTarget(Node* n, Reg want);

  // ---- expr*.cpp: values. The result is in the returned slots: `want` if given, else a variable's own or a temporary's.
  Reg value(Node*& n, Reg want = kNone);
  Reg expr(Node* n, Reg want = kNone);
  Reg exprTemp(Node* n);            ///< in a fresh temporary: not affected by later assignments
  void discard(Node*& n);
  Reg literal(Node* n, Reg want);
  Reg zeroValue(Type* t, Reg want);
  Reg variable(Node* n, Reg want);
  Reg throughPointer(Node* n, Reg want);
  Reg slotsValue(Node* n, Reg want);
  Reg fieldOf(Node* n, Reg want);
  Reg indexed(Node* n, Reg want);
  Reg binary(Node* n, Reg want);
  Reg arith(IrOp op, Type* t, Reg x, Node* yNode, Reg y, Reg want, Type* yType);
  bool arithConst(IrOp op, Shape s, Reg x, int64_t k, Reg to);
  void shiftConst(bool left, Shape s, Reg x, uint64_t count, Reg to);
  Reg complexArith(IrOp op, Type* t, Reg x, Reg y, Reg want);
  Reg unary(Node* n, Reg want);
  Reg logical(Node* n, Reg want);
  Reg compare(Node* n, Reg want);
  Reg equality(Node* n, Reg to);
  Reg compareRegs(Type* t, bool ne, Reg x, Reg y, Reg want);
  void branch(Node* n, Label l, bool sense);      ///< jumps to l if n is `sense`
  void branchValue(Node*& n, Label l, bool sense);  ///< hoisting first
  bool branchCompare(Node* n, Label l, bool sense);
  void branchStrings(Node* n, Label l, bool eq);
  void branchNumbers(IrOp op, Node* n, Label l);
  Reg convert(Node* n, Reg want);
  Reg convertToArray(Node* n, Reg want);
  void convertNumber(Reg r, Shape to, Reg v, Shape from);
  void floatToInt(Reg r, Shape to, Reg v, bool f64);
  void convertText(Node* n, Reg to, Reg v);
  void extend(Reg to, Reg from, Shape shape);
  Reg convertIface(Node* n, Reg want);
  Reg boxData(Node* x, Node* at, Reg want);
  bool staticBytes(Node* n, std::string& bytes, uint64_t at);
  bool staticValue(Node* n, Bytes& out, uint64_t at);
  Reg assertion(Node* n, Reg want);               ///< commaOk: value then ok
  Reg typeWordOf(Reg iface, Type* t, Reg want = kNone);
  Reg addr(Node* n, Reg want);
  Reg newExpr(Node* n, Reg want);
  Reg newObject(Node* at, Type* t, AllocKind kind, Reg want);
  Reg pointerLit(Node* n, Reg want);
  Reg compositeLit(Node* n, Reg want);
  void fillLit(Node* n, const Place& p, bool zeroed);
  void fillElement(Node* e, Type* t, const Place& p, bool zeroed);
  void fillStruct(Node* n, const Place& p, bool zeroed);
  void fillArray(Node* n, const Place& p, bool zeroed);
  Reg sliceLit(Node* n, Reg want);
  Reg mapLit(Node* n, Reg want);
  Reg closure(Node* n, Reg want);
  Reg methodValue(Node* n, Reg want);
  void closureObject(Node* n, uint32_t funcRef, const Kinds& kinds, Reg captures, Reg storage, Reg to);
  void captureInto(Reg slot, Name* capture);
  void sliceElements(Node* n, Type* elem, const Place& base, bool zeroed);
  bool staticElements(Node* n, Type* elem, int64_t len, std::string& bytes);
  Reg appendExpr(Node* n, Reg want);
  void appendMake(Node* n, Reg to);
  void appendAll(Node* n, Reg to);
  void appendValues(Node* n, Reg to);
  Reg appendBuffer(Node* n, Type* elem);
  Reg makeSlice(Node* n, Reg to);
  void makeMap(Node* n, Reg hint, bool small, Reg to);
  Reg makeExpr(Node* n, Reg want);
  static void shareBytes(Node* n);
  uint64_t bufferSite(const Node* n, AllocKind kind);
  Reg lenCap(Node* n, Reg want);
  Reg arrayLength(Node* n, int64_t length, Reg want);
  Reg partInMemory(Node* x, int part, Type* t, Reg want);
  Reg lengthOf(Node* x, Reg want);
  Reg runeCount(Node* x, Reg want);
  Reg sliceExpr(Node* n, Reg want);
  Reg copyExpr(Node* n, Reg want);
  Reg minMax(Node* n, Reg want);
  void minMaxString(bool max, Reg acc, Reg y);
  Reg complexExpr(Node* n, Reg want);
  Reg complexPart(Node* n, Reg want);
  Reg concat(Node* n, Reg want);
  Reg unsafeExpr(Node* n, Reg want);
  bool makesRawView(const Node* n);
  void noteRawView();
  const Node* onlyRead(const Node* n);
  bool rawViews_ = false;                         ///< kRawViews
  const Node* onlyRead_ = nullptr;                ///< a conversion of unsafe.Pointer by whose result something is read, once
  Reg recv(Node* n, Reg want);                    ///< commaOk: value then ok
  void extendReceived(Reg r, Type* elem);
  Reg mapIndex(Node* n, Reg want);                ///< commaOk: value then ok
  Reg addressOfFrame(Reg r, int64_t offset, unsigned slots, Reg want);
  void zeroSized(Node* n);
  bool constInt(Node* n, int64_t& v);
  Reg spilled(Node* n, Type* t);

  // ---- place.cpp
  Place place(Node* n, bool fix = false);         ///< fix: operands are copied, later assignments do not affect them
  Place elementOf(Node* n, bool fix);             ///< place() of an element of an array
  Place toMemory(const Place& p, Type* t);        ///< element places as pointer places
  Reg pointerTo(const Place& p, Type* t, Reg want);
  Place field(const Place& p, int64_t offset);
  bool isPlace(Node* n);
  bool isMemoryPlace(Node* n);
  void assignTo(const Place& p, Type* t, Node* y);   ///< evaluates y (already hoisted) straight into p where possible
  Reg mapEntry(const Place& p);
  void mapStore(const Place& p, Type* t, Reg v);

  // ---- place_access.cpp
  Reg load(const Place& p, Type* t, Reg want = kNone);
  Reg loadSlots(const Place& p, Type* t, Reg want);
  Reg loadElement(const Place& p, Type* t, Reg want);
  Reg loadLocalElement(const Place& p, Type* t, Reg want);
  Reg loadThrough(const Place& p, Type* t, Reg to);
  void store(const Place& p, Type* t, Reg v);
  void storeSlots(const Place& p, Type* t, Reg v);
  void storeElement(const Place& p, Type* t, Reg v);
  void storeLocalElement(const Place& p, Type* t, Reg v);
  void storeThrough(const Place& p, Type* t, Reg v);
  void storeZero(const Place& p, Type* t);
  void loadMemory(Reg to, Reg base, int64_t offset, Type* t);
  void storeMemory(Reg base, int64_t offset, Reg v, Type* t);
  Reg addPtr(Reg base, int64_t offset);
  /// Whether the slots of the place hold nothing but the value.
  static bool isWholeSlots(const Place& p, const TypeInfo& ti);

  // ---- call.cpp
  Reg call(Node* n, Reg want, bool discardResult = false);   ///< result (or tuple) in consecutive slots
  /// Evaluates a multi-value node; registers of each value.
  std::vector<Reg> multi(Node*& n, std::vector<Type*>& types);
  void emitArgs(std::span<Node* const> args);
  std::vector<Reg> keepPointers(std::span<Node* const> args);
  void releaseKept(const std::vector<Reg>& kept);
  std::vector<Reg> freeKept_;       ///< pinned slots of keepPointers that no call uses now
  void callRuntime(std::string_view name, const std::vector<std::pair<Reg, unsigned>>& args, unsigned results);
  bool intrinsic(Node* n, Reg want, Reg& result);
  static std::vector<Type*> resultTypes(Node* n);
  void deferStmt(Node* n);
  void goStmt(Node* n);
  void panicStmt(Node* n);
  void printStmt(Node* n);

  // ---- stmt*.cpp
  struct Jump {
    std::string_view label;
    Label breakTo = -1, continueTo = -1;
  };
  std::vector<Jump> jumps_;
  std::unordered_map<std::string_view, Label> gotoLabels_;
  std::string_view pendingLabel_;
  Label fallthrough_ = -1;
  std::string_view takeLabel() {
    std::string_view l = pendingLabel_;
    pendingLabel_ = {};
    return l;
  }
  Label gotoLabel(std::string_view name);
  void block(List<Node*> list);
  void stmt(Node* n);
  void sliceToHeap(Node* n);
  void deleteStmt(Node* n);
  void clearStmt(Node* n);
  void jumpStmt(Node* n);
  void assign(Node* n);
  void assignOp(Node* n);
  void assignSlots(Node* n, const VarLoc& loc, Type* t);
  void defineOnHeap(Node* n, Node* x);
  void assign2(Node* n);
  struct Together;
  void hoistTogether(Node* n);
  void placeTogether(Node* n, size_t i, Together& all);
  void valueTogether(Node* n, size_t i, Together& all);
  bool goesStraight(Node* n, size_t i, const Together& all);
  bool bindNew(Node* n);
  void assign2Call(Node* n);
  void assignValue(Node* lhs, bool def, Type* t, Reg v);
  void returnStmt(Node* n);
  void returnOne(Node* n);
  void returnSeveral(Node* n);
  bool returnsStraight(Node* n, size_t i, const std::vector<Reg>& regs);
  void setResult(size_t i, Reg v);
  bool defersInPlace() const;
  void finishReturn();
  void ifStmt(Node* n);
  void forStmt(Node* n);
  void rangeStmt(Node* n);
  void rangeInt(Node* n, std::string_view label);
  void rangeArray(Node* n, std::string_view label);
  struct RangeSource;
  RangeSource rangeSource(Node* n);
  Place arrayRangedOver(Node* n, Type* arrType);
  void rangeElement(Node* n, const RangeSource& source, Reg i, Reg v);
  void rangeString(Node* n, std::string_view label);
  void rangeMap(Node* n, std::string_view label);
  void rangeChan(Node* n, std::string_view label);
  /// The instruction that counts a loop's entries, if one does.
  struct LoopCount {
    size_t at = 0;
    uint32_t inl = 0, sites = 0;   ///< the inlined call it comes with, and how many sites there were before it
    bool counts = false;
  };
  LoopCount countLoop(const Node* n);
  void endLoopCount(const LoopCount& count, Node* n);
  void bindBody(Label body);
  void bindContinue(Label cont);
  void rangeBody(Node* n, std::string_view label, Label cont, Label brk);
  void setRangeVar(Node* n, size_t i, Reg v, Type* t);
  Node* rangeTarget(Node* n, size_t i);
  bool ownCounter(Node* n, size_t i, Reg& r);
  void switchStmt(Node* n);
  Label clauseLabels(Node* n, std::vector<Label>& labels, Label end);
  void switchBodies(Node* n, std::vector<Label>& labels, Label end);
  class IntSwitch;
  void typeSwitch(Node* n);
  Reg testType(Type* t, Reg pair, Reg word, bool keep, Label to);
  void bindTypeClause(Node* c, Reg x, Reg converted);
  void selectStmt(Node* n);
  struct SelectCase;
  SelectCase selectCase(Node* c);
  Reg chooseCase(Node* n, const std::vector<SelectCase>& cases, bool hasDefault);
  void bindReceived(Node* c, const SelectCase& k, Reg ok);
  void sendStmt(Node* n);
};

/// Frees the temporaries that were taken since its construction.
class TempScope {
 public:
  explicit TempScope(FuncGen& g) : g_(g), mark_(g.temps_.size()) {}
  ~TempScope() {
    while (g_.temps_.size() > mark_) {
      FuncGen::Temp& t = g_.temps_.back();
      g_.freeSlots_.put(t.kinds, t.reg);
      g_.temps_.pop_back();
    }
  }
  TempScope(const TempScope&) = delete;

 private:
  FuncGen& g_;
  size_t mark_;
};

}  // namespace burrow::codegen
