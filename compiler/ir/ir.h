// The typed intermediate form: trees that keep the shape of gc's ir (one node for each thing that gc's cost model counts),
// after type-checking and full instantiation, before any desugaring of control flow.
//
// Invariants
//   - Every type is concrete and canonical (types.h: canon): pointer equality is type identity. No type parameters.
//   - Every conversion is explicit: operands of a binary operation have the same type, values assigned, passed, returned, sent
//     or compared have exactly the type of their destination (ConvIface, ConvNop, Conv… are in the tree).
//   - Implicit dereferences, address-of and embedded-field steps are explicit nodes. Untyped constants are gone: each Literal has
//     its final type; constant expressions are one Literal.
//   - go and defer statements hold a call without arguments of a Closure node (arguments were evaluated into captured variables).
//   - range over functions has been rewritten to calls with closures. Generic functions exist only as instances.
//   - Labels, loops, switch, select, range (int, slice, array, string, map, chan) are still structured statements.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/source/arena.h"
#include "compiler/source/packed.h"
#include "compiler/source/pos.h"
#include "compiler/types/checker_api.h"
#include "compiler/types/predicates.h"

namespace burrow::ir {

// clang-format off
// name, what x y z list body els mean
#define BURROW_IR_OPS(X)                                                                                              \
  /* --- expressions: leaves */                                                                                        \
  X(Name)        /* name: a local variable, parameter, global; type is the variable's */                               \
  X(FuncName)    /* func value of a known function; symbol */                                                          \
  X(MethodExpr)  /* a known method as a function with receiver first; symbol (fun of a CallFunc, or a func value) */    \
  X(Literal)     /* value (bool, int, float, complex, string constants); type may be named */                          \
  X(Nil)         /* typed nil: pointer, slice, map, chan, func, interface, unsafe.Pointer */                           \
  X(Zero)        /* zero value of any type */                                                                          \
  X(TypeWord)    /* descriptor address of typeArg, as an unsafe.Pointer-like word (type switches, runtime calls) */    \
  /* --- expressions: operators */                                                                                     \
  X(Add) X(Sub) X(Mul) X(Div) X(Rem) X(And) X(Or) X(Xor) X(AndNot)  /* x op y; strings: AddStr */                      \
  X(Shl) X(Shr)  /* x op y; y any integer type (signed: checked for negative) */                                       \
  X(AddStr)      /* list: two or more strings, flattened */                                                            \
  X(Eq) X(Ne) X(Lt) X(Le) X(Gt) X(Ge)   /* x op y, same type on both sides (any comparable); result a bool type */      \
  X(AndAnd) X(OrOr) X(Not) X(Neg) X(Plus) X(BitNot)                                                                    \
  X(Deref)       /* *x */                                                                                              \
  X(Addr)        /* &x: x is addressable (Name, Deref, Dot of addressable, DotPtr, Index of slice/array) */             \
  X(PtrLit)      /* &T{…}: x is the composite literal */                                                               \
  X(New)         /* new(T): pointer to zero value; x non-null: new(expr) */                                            \
  X(Dot)         /* x.f of a struct value; field index in `index` */                                                   \
  X(DotPtr)      /* x.f through a pointer; field index in `index` */                                                   \
  X(Index)       /* x[y]: slice, string, array, pointer to array is Index of Deref */                                  \
  X(IndexMap)    /* x[y] */                                                                                            \
  X(Slice)       /* x[list[0]:list[1]:list[2]] (null entries absent): slice, string; x *[n]T for arrays (Addr inserted) */ \
  X(Paren)       /* (x), kept for costs */                                                                             \
  /* --- conversions: of x to type */                                                                                  \
  X(Conv)        /* numeric, changes representation */                                                                 \
  X(ConvNop)     /* same representation: named/unnamed, pointer kinds, unsafe.Pointer ↔ uintptr, chan directions */    \
  X(ConvIface)   /* value or interface to interface type (from concrete: box; from interface: change of method set) */  \
  X(BytesToStr) X(StrToBytes) X(RunesToStr) X(StrToRunes) X(RuneToStr)                                                  \
  X(SliceToArr)  /* [n]T(s): a value; x slice */                                                                       \
  X(SliceToArrPtr) /* (*[n]T)(s) */                                                                                    \
  X(Assert)      /* x.(type); with commaOk: two values (type is a Tuple) */                                            \
  /* --- literals and calls */                                                                                         \
  X(StructLit)   /* list: StructKey nodes, fields not named are zero */                                                \
  X(StructKey)   /* index: field; x: value */                                                                          \
  X(ArrayLit) X(SliceLit) /* list: values or Key nodes (index: constant position; x: value); len: number of elements */ \
  X(MapLit)      /* list: Key nodes with y key, x value */                                                             \
  X(Key)                                                                                                               \
  X(Closure)     /* func: the function literal, with its captures */                                                   \
  X(MethodValue) /* x.m bound: x receiver value (already of the method's receiver type, or an interface); symbol of the method, or `index` for interfaces */ \
  X(CallFunc)    /* x(list…): x FuncName, MethodExpr (receiver is list[0]) or any func value */                        \
  X(CallInter)   /* x.method(list…): x interface value, index: position in the interface's sorted method list */       \
  X(Append)      /* append(x, list…); dots: list[0] is a slice (or string for []byte); commaOk: x alone refers to its backing store */                               \
  X(Cap) X(Len)  /* x: slice, string, map, chan, array, pointer to array */                                            \
  X(Make)        /* slice, map, chan type; x len/size or null, y cap or null */                                        \
  X(Complex) X(Real) X(Imag)  /* x, y */                                                                               \
  X(Copy)        /* x dst, y src */                                                                                    \
  X(Min) X(Max)  /* list */                                                                                            \
  X(Recover)     /* recover() */                                                                                       \
  X(Recv)        /* <-x; commaOk: Tuple */                                                                             \
  X(UnsafeAdd) X(UnsafeSlice) X(UnsafeSliceData) X(UnsafeString) X(UnsafeStringData)  /* x, y */                       \
  X(Init)        /* list: statements to run first; then the value is x (f(g()) with a multi-value g: the temporaries) */\
  X(InlinedCall) /* a call whose body stands here: list: binding of the parameters (one Assign2 with def, or nothing), body: the callee's statements (returns are assignments and a Goto to the Label that ends the body), list2: Names of the result variables, whose values are the value. x: the call it was (its fun and arguments: for messages only, evaluated by `list`). func: the callee if it is of this unit */\
  X(Intrinsic)   /* reserved for later passes */                                                                       \
  /* --- statements */                                                                                                 \
  X(Block)       /* body; implicit: no block of the source, init statements and the if, for or switch that they belong to */                                                                                            \
  X(Declare)     /* name: variable comes to life, zeroed. implicit: by the definition that follows (a, b := …) */                                                            \
  X(Assign)      /* x = y; x null or Blank: y is evaluated and dropped; def: x is declared by this statement */        \
  X(AssignOp)    /* x op= y; `assignOp` is the binary op; shifts too */                                                \
  X(Assign2)     /* list = list2, in parallel, as many on both sides. implicit: operands of a go or defer statement, saved in front of it */                                                \
  X(Assign2Call) /* list = multi-value call x, or commaOk form x (Assert, Recv, IndexMap with two values); null entries are blank. Conversions to the variables' types are made through temporaries beforehand when types differ: types are exactly those of the tuple */ \
  X(ExprStmt)    /* x, a call or receive */                                                                            \
  X(Send)        /* x <- y */                                                                                          \
  X(SliceToHeap) /* name: a slice variable whose backing store, if it lies in the frame, moves to the heap; commaOk: with all its capacity */ \
  X(Delete)      /* x map, y key */                                                                                    \
  X(Clear) X(Close)  /* x */                                                                                           \
  X(Panic)       /* x: an eface */                                                                                     \
  X(Print)       /* list; index 1: println */                                                                          \
  X(Go) X(Defer) /* x: CallFunc of a Closure without arguments. z: an interface that must not be nil (go x.m()), or null. Defer with y: DeferAt that token (range-over-func bodies) */ \
  X(DeferToken)  /* expression of type uintptr-sized pointer: names the current function's frame for Defer with y */    \
  X(Return)      /* list: values of the result types; empty with named results */                                      \
  X(If)          /* x; body, els */                                                                                    \
  X(For)         /* init is in a Block around; x cond or null; post: list; body; name list `loopVars` are per-iteration copies */ \
  X(Range)       /* x; list: key, value targets (null: absent; Name nodes of `loopVars` if def; otherwise assignable, exact types); body */ \
  X(Switch)      /* x tag (null: true); list: Case nodes; y null */                                                    \
  X(TypeSwitch)  /* x interface value; list: Case nodes */                                                             \
  X(Case)        /* list: expressions (already converted for comparison with the tag; each is `tag == e` comparable: mixed interface/concrete compare is given in y as full condition list) or TypeWord/Nil nodes; isDefault; body; name: the clause's variable */ \
  X(Select)      /* list: Comm nodes */                                                                                \
  X(Comm)        /* x: null (default), Send, or Recv; list: up to two targets for a receive (exact types, null blank; def: the one target is declared here); body */ \
  X(Label)       /* label; the next statement may be its loop; implicit: names the loop, no goto comes here */                                                       \
  X(Goto) X(Break) X(Continue) X(Fallthrough)  /* label or empty */
// clang-format on

enum class Op : uint8_t {
#define X(name) name,
  BURROW_IR_OPS(X)
#undef X
};
std::string_view opName(Op op);
/// Whether a node of this op has nothing below it.
constexpr bool isLeaf(Op op) { return op <= Op::TypeWord; }
/// Whether a node of this op may have lists. Walks had better ask: most have none, and not to look saves half of the memory to read.
constexpr bool hasLists(Op op) {
  static_assert(Op::TypeWord < Op::Add && Op::Shr < Op::AddStr && Op::AddStr < Op::IndexMap && Op::IndexMap < Op::Slice);
  return op > Op::IndexMap ? op < Op::Paren || op > Op::Assert : op == Op::AddStr;
}

struct Func;
struct Node;
struct InlineBody;
struct Remarks;
/// Whether evaluating n may run Go code: a call or a receive is in it.
bool mayCall(const Node* n);
/// Whether l and r are the same expression, and one that gives the same when it is evaluated twice (gc's SameSafeExpr).
bool sameSafe(const Node* l, const Node* r);

enum class Class : uint8_t { Global, Local, Param, Result, Capture };

/// A variable. Locals belong to one Func; a captured one has a Capture name in each closure that sees it.
struct Name {
  std::string_view name;          ///< "_" or "" for unnamed parameters and temporaries
  Class cls = Class::Local;
  Type* type = nullptr;
  Pos pos;
  Func* func = nullptr;           ///< owner; null for globals
  std::string_view symbol;        ///< globals: linker name (after linkname)
  std::string_view package;       ///< globals: path of the defining package
  bool addrTaken = false;         ///< &x occurs, or a method with pointer receiver is called on it, or x[:] of an array
  bool captured = false;          ///< some closure refers to it
  bool reassigned = false;        ///< assigned anywhere but at its declaration
  bool byValue = false;           ///< Capture: the closure holds a copy (never reassigned, at most 128 bytes); else its address
  bool onHeap = false;            ///< must live in a heap cell: set by escape (for now: addrTaken, or captured by reference)
  bool autoTemp = false;          ///< made by the compiler
  uint32_t inl = 0;               ///< as Node::inl: the inlined call that brought the variable here
  const std::string* reason = nullptr;  ///< onHeap: why, in words for the site (escape)
  Name* outer = nullptr;          ///< Capture: the variable in the enclosing function
  int index = 0;                  ///< Param/Result/Capture: position; autoTemp: gc's number of it (".autotmp_3"); -1 - n: gc has none, it would be n
  Type* written = nullptr;        ///< as Node::written
  void* phase = nullptr;          ///< data of the phase at work
  void* codegen = nullptr;        ///< codegen's data: no phase comes after it
};

/// What gc passes to a generic function beside its arguments, or calls it through; where the type of an assertion is found.
enum Dictionary : int64_t {
  kNoDictionary,
  kStaticDictionary,    ///< type arguments are known
  kDynamicDictionary,   ///< they depend on the caller's: an element of the caller's dictionary
  kTypeParamMethod,     ///< a method of a type parameter: the function is an element of the caller's dictionary
};

/// One node type for all ops: the macro above says which members an op uses.
struct alignas(64) Node {
  // What walks of the tree look at is in the first cache line, or the second.
  Op op;
  Op assignOp = Op::Add;
  bool commaOk = false, dots = false, def = false, isDefault = false, implicit = false;
  bool bounded = false;           ///< index proven in range; Assert: the operand has the type unless it is nil, which is a nil dereference; Label: the end of an inlined body, jumps to it come only from above
  bool nonNil = false;
  bool uncounted = false;         ///< gc's ir has no such node: it costs nothing to inline, what is below it does
  bool wrapped = false;           ///< Name: the first temporary of a multi-value call; gc's messages show a conversion around it
  bool onStack = false;           ///< escape's verdict on an allocating node (Append: on its new backing store); false until escape has run
  bool transient = false;         ///< escape: Closure, MethodValue, SliceLit that does not outlive its statement
  bool zeroCopy = false;          ///< escape: StrToBytes whose bytes nobody writes: shares the string's
  bool callFree = false, allocFree = false;  ///< codegen's
  Pos pos;
  uint32_t inl = 0;               ///< the inlined call this node came with: index into Unit::inlineTree; 0: the function's own code
  Type* type = nullptr;
  Node *x = nullptr, *y = nullptr, *z = nullptr;
  PackedList<Node*> list, list2, body, els;
  Name* name = nullptr;
  const ConstantValue* value = nullptr;
  Func* func = nullptr;           ///< Closure, InlinedCall; FuncName, MethodExpr: what funcOf found
  PackedString symbol;            ///< function symbol name (FuncName, MethodExpr, MethodValue)
  PackedString package;           ///< path of the package that defines `symbol`; empty: DupOk (instances, wrappers) or own
  burrow::Func* object = nullptr; ///< FuncName, MethodExpr, MethodValue, CallInter: the declared function or method meant (generic: the origin); null: compiler-made
  int64_t index = 0;              ///< FuncName, MethodExpr, Assert, TypeWord, New: a Dictionary
  Type* typeArg = nullptr;        ///< TypeWord, New, Make (also type)
  Type* written = nullptr;        ///< the type as the source has it, for messages: `type` knows neither byte nor any. Null: as `type`
  const std::string* reason = nullptr;  ///< escape: why an allocating node is on the heap, in words for the site
  PackedString label;
  PackedList<Name*> loopVars;
  explicit Node(Op o) : op(o) {}
};
static_assert(sizeof(Node) == 192);

/// A function to compile: declared, literal, instance, wrapper or package init.
struct Func {
  std::string symbol;             ///< linker name
  std::string_view package;       ///< import path of the package whose code it is (instances: the generic's)
  Pos pos, endPos;
  Type* signature = nullptr;      ///< canonical func type without receiver
  Type* fullType = nullptr;       ///< with the receiver as first parameter
  Type* written = nullptr;        ///< literals: the signature as the source has it; null: as `signature`
  List<Name*> params;             ///< receiver first
  List<Name*> results;
  std::vector<Name*> locals;
  std::vector<Name*> captures;    ///< literals: in order of the closure object's words
  List<Node*> body;
  std::vector<Func*> closures;    ///< function literals inside, to be compiled as functions of their own
  Func* outer = nullptr;
  syntax::FuncDecl* decl = nullptr;
  burrow::Func* object = nullptr; ///< declared functions and instances (then the generic); null: literals and compiler-made ones
  List<Type*> targs;              ///< instances: the type arguments
  InlineBody* inlineBody = nullptr;     ///< inline: cost and pristine body, if calls of it may be inlined
  FuncFacts* facts = nullptr;     ///< what importers are told (of declared functions also object->facts): escape tags, inline cost
  bool goDeferWrapper = false;    ///< the literal that goOrDefer made around a call; rangeBody: that of a range-over-func body
  bool rangeBody = false;
  bool dupOk = false;             ///< instance or wrapper
  bool dead = false;              ///< nothing mentions it (a literal that was dropped, an instance's wrapper): there for remarks, until escape analysis is done
  bool wrapper = false;           ///< transparent to recover(), hidden in tracebacks
  bool hasDefer = false, hasRecover = false, hasClosureVars = false;
  bool loopDefer = false;         ///< a defer statement may run more than once (escape analysis; range-over-func bodies)
  uint32_t defers = 0, returns = 0;  ///< statements
  bool native = false;            ///< no body: bound by symbol name at link time
  bool noinline = false, nosplit = false;
  uint32_t pragma = 0;
  void* phase = nullptr;          ///< data of the phase at work
  void* codegen = nullptr;        ///< codegen's data: no phase comes after it
};

/// Static data laid out at compile time.
struct DataReloc {
  uint64_t offset;
  std::string symbol;             ///< empty: `local` is meant
  std::string package;            ///< defining package; empty: DupOk or own
  int64_t addend = 0;
  struct StaticData* local = nullptr;
  Type* descriptor = nullptr;     ///< instead of a symbol: the descriptor of this type (codegen defines it if needed) …
  Type* iface = nullptr;          ///< … or, if set, the itab of (descriptor, iface)
  bool funcValue = false;         ///< `symbol` is a function: its static closure (what a func value points to) is meant
};
struct StaticData {
  std::string symbol;             ///< empty: local
  Type* type = nullptr;           ///< for the pointer map; null: no pointers
  uint64_t size = 0, align = 8;
  uint64_t count = 1;             ///< elements of `type` (backing arrays)
  std::string bytes;              ///< empty: zero (bss)
  std::vector<DataReloc> relocs;
  bool readOnly = false;
  bool dupOk = false;
  int64_t handle = -1;            ///< codegen's symbol index
};

/// One inlined call: node positions below it are the callee's.
struct InlineFrame {
  uint32_t parent = 0;            ///< the inlined call around this one; 0: the function itself
  Pos call;                       ///< of the call, in the parent
  std::string_view symbol;        ///< of the callee
  std::string_view package;       ///< import path of the callee's package
  Pos start;                      ///< of the callee's declaration
};

/// A package ready for code generation.
struct Unit {
  Package* package = nullptr;
  FileSet* files = nullptr;
  Arena* arena = nullptr;
  std::vector<Func*> funcs;               ///< everything to compile (closures are reached through their functions)
  std::vector<StaticData*> data;          ///< globals (also zero ones) and static composites
  std::vector<Type*> types;               ///< descriptors this package must define: its named types and pointers to them
  std::vector<Func*> elsewhere;           ///< declared without a body for a symbol that another function here defines: no code, only facts
  Func* init = nullptr;                   ///< variable initialisation and init functions; null: nothing to do
  Func* main = nullptr;
  std::vector<InlineFrame> inlineTree{1}; ///< entry 0 stands for "not inlined"
  Remarks* remarks = nullptr;             ///< where -m lines go; null: nobody asked
  std::unordered_map<std::string_view, Func*> bySymbol;  ///< functions with a body here, closures included (see funcOf)
  std::vector<std::pair<std::string, std::string>> imports;  ///< path, "" (direct imports, in order)

  template <class... From>
  Func* newFunc(From&&... from) { return &ownFuncs_.emplace_back(std::forward<From>(from)...); }
  StaticData* newData() { return &ownData_.emplace_back(); }

 private:
  std::deque<Func> ownFuncs_;             ///< functions and data live as long as the unit
  std::deque<StaticData> ownData_;
};

/// Builds the ir of a checked package. Instances of generic functions of other packages are built from their stored
/// bodies. Never fails on a package that type-checked; what cannot be compiled (too large frames, bad embeds, linkname without
/// target) goes to diagnostics in gc's words.
struct BuildOptions {
  bool std = false;
  std::string embedRoot;                  ///< directory for //go:embed
  std::vector<std::pair<std::string, std::vector<std::string>>> embeds;  ///< pattern → matched files (loader)
};
Unit* buildUnit(const CheckResult& checked, FileSet& files, Arena& arena, const BuildOptions& options, Diagnostics& diagnostics);
/// Ends the life of a unit and of what it owns. Its nodes and names are the arena's.
void deleteUnit(Unit* unit);

/// Lays out the package variables whose initial values are known, now that calls in them are inlined; what remains is unit.init.
void layOutStatics(Unit& unit);

// ---- Methods and wrappers on demand: codegen calls these when it writes descriptors and itabs ------------------------------

/// One method of a type's run-time method table, in table order.
struct MethodEntry {
  std::string_view name;
  std::string_view pkgPath;       ///< for unexported names
  Type* signature;                ///< func type without receiver
  std::string_view ifn, tfn;      ///< symbols: receiver as one interface data word; receiver by value
  std::string_view package, tfnPackage;  ///< where ifn and tfn are defined; empty: DupOk or own
  bool exported;
};
/// The method table of t (named, pointer to named, or struct with embedded fields). Wrappers that are needed and not
/// defined elsewhere are added to unit.funcs as DupOk functions.
std::vector<MethodEntry> methodTable(Unit& unit, Type* t);
/// Symbols for an itab: in the interface's method order, receiver as the data word.
std::vector<std::pair<std::string_view, std::string_view>> itabMethods(Unit& unit, Type* concrete, Type* iface);

/// Fills unit.bySymbol, anew.
void indexFuncs(Unit& unit);
/// The function of this unit that a FuncName, MethodExpr or Closure node means; null if it is another package's.
Func* funcOf(const Unit& unit, const Node* n);
/// Where a node or variable is in the function being compiled: the position of the outermost inlined call around it, else its own.
Pos outermost(const Unit& unit, Pos pos, uint32_t inl);

std::string dump(const Func& f);
std::string verify(const Func& f);        ///< empty, or the first broken invariant
}  // namespace burrow::ir
