// Detection of instantiation without end, as in func f[T any]() { f[*T]() }.
//
// The graph has a vertex for each type parameter and for each type declared inside a generic
// function, and an edge for each way that a type flows into a type parameter: of weight 0 if it
// flows unchanged, of weight 1 if it is wrapped in another type. Local types depend with weight 1
// on the type parameters around them. A cycle of positive weight means that there is no end to the
// instances.
#include "compiler/types/checker.h"
#include "compiler/types/parts.h"

namespace burrow {
namespace {

/// Finds the type parameters and local types that a type argument mentions.
class FlowFinder {
 public:
  FlowFinder(MonoGraph& graph, Package* pkg, Pos pos, TypeParam* to, Type* argument)
      : graph_(graph), pkg_(pkg), pos_(pos), to_(to), argument_(argument) {}

  void walk(Type* t) {
    t = t ? unalias(t) : nullptr;
    if (!t) return;
    switch (t->kind) {
      case TypeKind::TypeParam:
        flow(graph_.typeParamVertex(static_cast<TypeParam*>(t)), t);
        break;
      case TypeKind::Named: {
        auto* n = static_cast<Named*>(t);
        int v = graph_.localNamedVertex(pkg_, originOf(n));
        if (v >= 0) flow(v, t);
        parts(t);
        break;
      }
      case TypeKind::Interface:
        if (!seen_.insert(t).second) break;
        for (Func* m : typeSetOf(static_cast<Interface*>(t))->methods) walk(m->type);
        break;
      default:
        parts(t);
        break;
    }
  }

 private:
  void parts(Type* t) {
    forEachPart(t, [&](Type* part) { walk(part); });
  }
  void flow(int src, Type* t) {
    int dst = graph_.typeParamVertex(to_);
    graph_.edges.push_back({dst, src, t == argument_ ? 0 : 1, pos_, argument_});
  }

  MonoGraph& graph_;
  Package* pkg_;
  Pos pos_;
  TypeParam* to_;
  Type* argument_;
  std::unordered_set<Type*> seen_;
};

}  // namespace

void MonoGraph::recordInstance(Package* pkg, Pos pos, List<TypeParam*> tparams, List<Type*> targs,
                               List<Expr*> xlist) {
  for (size_t i = 0; i < tparams.size() && i < targs.size(); ++i) {
    assign(pkg, i < xlist.size() ? startPos(xlist[i]) : pos, tparams[i], targs[i]);
  }
}

void MonoGraph::assign(Package* pkg, Pos pos, TypeParam* tpar, Type* targ) {
  // A cycle stays within a package: imported type parameters cannot be part of one.
  if (tpar->obj->pkg == pkg) FlowFinder(*this, pkg, pos, tpar, targ).walk(targ);
}

int MonoGraph::typeParamVertex(TypeParam* tpar) {
  if (auto it = canon.find(tpar); it != canon.end()) tpar = it->second;
  auto [it, isNew] = nameIdx.try_emplace(tpar->obj, static_cast<int>(vertices.size()));
  if (isNew) vertices.push_back({0, -1, 0, tpar->obj});
  return it->second;
}

int MonoGraph::localNamedVertex(Package* pkg, Named* named) {
  TypeName* obj = named->obj;
  if (obj->pkg != pkg || obj->parent == pkg->scope || !obj->parent) return -1;
  if (auto it = nameIdx.find(obj); it != nameIdx.end()) return it->second;
  int v = -1;
  for (Scope* s = obj->parent; s && s != pkg->scope; s = s->parent) {
    for (auto& [name, o] : s->elems) {
      auto* tn = as<TypeName>(o);
      auto* p = tn ? as<TypeParam>(tn->type) : nullptr;
      if (!p || p->obj != tn || !(tn->pos < obj->pos)) continue;
      if (v < 0) {
        v = static_cast<int>(vertices.size());
        vertices.push_back({0, -1, 0, obj});
      }
      edges.push_back({v, typeParamVertex(p), 1, obj->pos, p});
    }
  }
  nameIdx[obj] = v;
  return v;
}

void Checker::monomorph() {
  // Heaviest paths, after Bellman and Ford; the usual case reaches its fixed point at once.
  for (bool again = true; again;) {
    again = false;
    for (size_t i = 0; i < mono.edges.size(); ++i) {
      const MonoGraph::Edge& e = mono.edges[i];
      MonoGraph::Vertex &src = mono.vertices[e.src], &dst = mono.vertices[e.dst];
      int w = src.weight + e.weight;
      if (w <= dst.weight) continue;
      dst.pre = static_cast<int>(i);
      dst.len = src.len + 1;
      if (dst.len == static_cast<int>(mono.vertices.size())) return reportInstanceLoop(e.dst);
      dst.weight = w;
      again = true;
    }
  }
}

void Checker::reportInstanceLoop(int v) {
  // The path ends at v and contains a cycle, but v need not be on it: go back until one repeats.
  std::vector<int> stack;
  std::vector<bool> seen(mono.vertices.size());
  while (!seen[v]) {
    stack.push_back(v);
    seen[v] = true;
    v = mono.edges[mono.vertices[v].pre].src;
  }
  while (stack.front() != v) stack.erase(stack.begin());

  Error err(this);
  err.addf(mono.vertices[v].obj, "instantiation cycle:");
  for (int at : stack) {
    const MonoGraph::Edge& e = mono.edges[mono.vertices[at].pre];
    TypeName* obj = mono.vertices[e.dst].obj;
    // As gc: here packages appear by path.
    std::string type = typeText(e.type, {Qualifier::Kind::Path, pkg, nullptr});
    err.addf(
        e.pos,
        as<TypeParam>(obj->type) ? "%s instantiated as %s" : "%s implicitly parameterized by %s",
        obj->name, type);
  }
  err.report();
}

}  // namespace burrow
