// The order in which package-level variables are initialized: a variable follows everything that
// its initializer refers to, directly or through functions; otherwise the source order counts.
#include <algorithm>
#include <queue>
#include <set>

#include "compiler/types/checker.h"

namespace burrow {

namespace {

struct GraphNode;
struct ByOrder {
  bool operator()(const GraphNode* a, const GraphNode* b) const;
};
/// Ordered by source position, so that the work does not depend on addresses.
using NodeSet = std::set<GraphNode*, ByOrder>;

/// p in pred: p depends on this node. s in succ: this node depends on s.
struct GraphNode {
  Object* obj;
  NodeSet pred, succ;
  size_t deps = 0;
  size_t cost() const { return pred.size() * succ.size(); }
};

bool ByOrder::operator()(const GraphNode* a, const GraphNode* b) const {
  return a->obj->order < b->obj->order;
}

/// What comes first: constants, then what waits for the fewest others, then source order.
struct Priority {
  bool operator()(const GraphNode* x, const GraphNode* y) const {
    bool xConst = x->obj->kind == ObjectKind::Const, yConst = y->obj->kind == ObjectKind::Const;
    if (xConst != yConst) return xConst;
    if (x->deps != y->deps) return x->deps < y->deps;
    return x->obj->order < y->obj->order;
  }
};

/// The dependencies among constants and variables, with functions replaced by what they refer to.
std::vector<GraphNode*> dependencyGraph(const std::vector<Object*>& objects,
                                        std::vector<std::unique_ptr<GraphNode>>& nodes) {
  std::unordered_map<Object*, GraphNode*> map;
  for (Object* o : objects) {
    if (o->kind != ObjectKind::Const && o->kind != ObjectKind::Var && o->kind != ObjectKind::Func) {
      continue;
    }
    nodes.push_back(std::make_unique<GraphNode>(GraphNode{o, {}, {}, 0}));
    map[o] = nodes.back().get();
  }
  for (auto& n : nodes) {
    for (Object* d : n->obj->decl->deps) {
      auto it = map.find(d);
      if (it == map.end()) continue;
      n->succ.insert(it->second);
      it->second->pred.insert(n.get());
    }
  }
  std::vector<GraphNode*> graph, functions;
  for (auto& n : nodes) {
    (n->obj->kind == ObjectKind::Func ? functions : graph).push_back(n.get());
  }
  // Predecessors and successors are copied for each function: take the expensive ones last.
  std::stable_sort(functions.begin(), functions.end(),
                   [](GraphNode* a, GraphNode* b) { return a->cost() < b->cost(); });
  for (GraphNode* n : functions) {
    for (GraphNode* p : n->pred) {
      if (p == n) continue;
      for (GraphNode* s : n->succ) {
        if (s == n) continue;
        p->succ.insert(s);
        s->pred.insert(p);
      }
      p->succ.erase(n);
    }
    for (GraphNode* s : n->succ) s->pred.erase(n);
  }
  for (GraphNode* n : graph) n->deps = n->succ.size();
  return graph;
}

/// A path of dependencies from `from` to `to`, last element first; empty if there is none.
std::vector<Object*> findPath(Object* from, Object* to, std::unordered_set<Object*>& seen) {
  if (!seen.insert(from).second || from->decl == nullptr) return {};
  std::vector<Object*> deps = from->decl->deps;
  std::sort(deps.begin(), deps.end(), [](Object* a, Object* b) { return a->order < b->order; });
  for (Object* d : deps) {
    if (d == to) return {d};
    std::vector<Object*> path = findPath(d, to, seen);
    if (!path.empty()) {
      path.push_back(d);
      return path;
    }
  }
  return {};
}

}  // namespace

void Checker::initOrder() {
  std::vector<std::unique_ptr<GraphNode>> nodes;
  std::vector<GraphNode*> graph = dependencyGraph(objList, nodes);
  std::set<GraphNode*, Priority> queue(graph.begin(), graph.end());
  std::unordered_set<DeclInfo*> emitted;
  while (!queue.empty()) {
    GraphNode* n = *queue.begin();
    queue.erase(queue.begin());
    if (n->deps > 0) {
      // A cycle, but perhaps one that only the dependencies of n are part of: it is reported then.
      std::unordered_set<Object*> seen;
      std::vector<Object*> cycle = findPath(n->obj, n->obj, seen);
      if (!cycle.empty()) reportCycle(cycle);
    }
    for (GraphNode* p : n->pred) {
      bool waiting = queue.erase(p) > 0;
      --p->deps;
      if (waiting) queue.insert(p);
    }
    Var* v = as<Var>(n->obj);
    if (v == nullptr || !v->decl->hasInitializer()) continue;
    // Variables that share one call are initialized together.
    if (!emitted.insert(v->decl).second) continue;
    Initializer init;
    init.lhs = v->decl->lhs ? *v->decl->lhs : std::vector<Var*>{v};
    init.rhs = v->decl->init;
    init.file = v->decl->syntaxFile;
    result.initOrder.push_back(std::move(init));
  }
}

void Checker::reportCycle(const std::vector<Object*>& cycle) {
  Object* obj = cycle[0];
  if (cycle.size() == 1) {
    errorf(obj, "initialization cycle: %s refers to itself", obj->name);
    return;
  }
  Error err(this);
  err.addf(obj, "initialization cycle for %s", obj->name);
  for (size_t j = cycle.size(); j-- > 0;) {
    err.addf(obj, "%s refers to %s", obj->name, cycle[j]->name);
    obj = cycle[j];
  }
  err.report();
}

}  // namespace burrow
