// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/cells/cell_cluster.h"

#include <fmt/format.h>

#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

using results::Outcome;

// Whose fault it is that there is no cluster, when the provider did not say so in a record.
Outcome outcome_of(ErrorKind kind) {
  return kind == ErrorKind::kProduct || kind == ErrorKind::kTimeout ? Outcome::kFailed : Outcome::kInfraError;
}

}  // namespace

CellCluster::CellCluster(const std::string& run_id, const PlannedCell& cell, const RunOptions& options,
                         Recorder& recorder, const Clock& clock, const CancelToken& cancel)
    : run_id_(run_id),
      cell_(cell),
      options_(options),
      recorder_(recorder),
      clock_(clock),
      cancel_(cancel),
      number_(cell.next_instance) {
  instance_.id = fmt::format("{}/{}/{}", run_id, cell.cell.display_name(), number_);
}

std::filesystem::path CellCluster::folder() const {
  std::string name = path_name(cell_.cell.display_name());
  if (number_ > 1) name += fmt::format(".{}", number_);
  return std::filesystem::absolute(recorder_.folder()) / "clusters" / name;
}

results::ClusterInstance CellCluster::unborn(const Error& error) const {
  results::ClusterInstance instance;
  instance.id = instance_.id;
  instance.run_id = run_id_;
  instance.cell = cell_.cell;
  instance.provider = cell_.cell.provider;
  instance.created = clock_.now();
  instance.outcome = outcome_of(error.kind);
  instance.message = one_line(to_string(error));
  return instance;
}

void CellCluster::set_aside() {
  const std::filesystem::path aside = folder().string() + ".beside-others";
  std::error_code ignored;
  std::filesystem::remove_all(aside, ignored);
  std::filesystem::rename(folder(), aside, ignored);
}

Result<CellCluster::Came> CellCluster::bring_up(const ProviderFor& provider_for, bool alone) {
  if (!cell_.before.failed_transition.empty()) {
    if (cell_.before.newest) instance_ = *cell_.before.newest;
    why_not_ = cell_.before.failed_transition;
    return Came::kNotUp;
  }
  if (cell_.before.newest)
    if (auto provider = provider_for(cell_)) take_over(**provider);
  if (cluster_) return Came::kUp;
  if (cancel_.cancelled()) return Came::kCancelled;
  cluster::CreateOptions create;
  create.run_id = run_id_;
  create.instance_id = instance_.id;
  create.state_dir = folder();
  // What did not come up beside others makes room for the next try.
  create.retain_on_failure = alone && options_.keep_cluster != KeepCluster::kNever;
  create.on_progress = [this](const std::string& step) { recorder_.observer().on_cell_progress(cell_.cell, step); };
  auto made = provider_for(cell_).and_then(
      [&](cluster::Provider* provider) { return provider->create(cell_.cell, create, cancel_); });
  if (!made && (made.error().kind == ErrorKind::kCancelled || cancel_.cancelled())) return Came::kCancelled;
  results::ClusterInstance instance = made ? std::move(made->instance) : unborn(made.error());
  if (made) cluster_ = std::move(made->cluster);
  if (!cluster_ && !alone) {
    recorder_.observer().on_notice(
        one_line(fmt::format("cell {}: did not come up beside others, and is tried again when it is alone: {}",
                             cell_.cell.display_name(), instance.message)));
    set_aside();
    return Came::kCrowded;
  }
  instance_ = std::move(instance);
  GRADUAND_TRY(recorder_.instance(instance_));
  if (cluster_) return Came::kUp;
  why_not_ = one_line("the cluster did not come up: " + instance_.message);
  return Came::kNotUp;
}

std::optional<std::string> CellCluster::unfit() {
  std::error_code ignored;
  if (!cell_.before.standing) return "its phase cannot be told";
  if (std::filesystem::exists(folder() / kUnderWay, ignored)) return "it was left in the middle of a transition";
  if (Status adopted = cluster_->adopt(); !adopted) return to_string(adopted.error());
  if (Status restored = cluster_->restore(cancel_); !restored) return to_string(restored.error());
  const cluster::Health health = cluster_->health(cancel_);
  if (health.state != cluster::Health::State::kHealthy) return health.message;
  return std::nullopt;
}

void CellCluster::take_over(cluster::Provider& provider) {
  auto opened = provider.open(cell_.before.newest->cluster_name);
  if (!opened) return;  // gone, as is usual
  const results::ClusterInstance unused = std::move(instance_);
  cluster_ = std::move(*opened);
  instance_ = *cell_.before.newest;
  number_ = cell_.next_instance - 1;
  const auto why = unfit();
  Observer& observer = recorder_.observer();
  if (!why && !cancel_.cancelled()) {
    taken_over_in_ = cell_.before.standing->phase;
    transitions_ = cell_.before.standing->transitions;
    facts_ = cell_.before.standing->facts;
    observer.on_notice(fmt::format("cell {}: goes on with the cluster {} in phase {}", cell_.cell.display_name(),
                                   instance_.cluster_name,
                                   catalogue::phase_names(cell_.cell.transitions)[*taken_over_in_]));
    return;
  }
  if (why)
    observer.on_notice(
        one_line(fmt::format("cell {}: begins again on a new cluster, since {} cannot be gone on with: "
                             "{}",
                             cell_.cell.display_name(), instance_.cluster_name, *why)));
  put_away(true, cancel_.cancelled());
  cluster_.reset();
  instance_ = unused;
  number_ = cell_.next_instance;
}

results::Transition CellCluster::apply(const catalogue::TransitionRequest& request,
                                       const std::function<void(const std::string&)>& say) {
  cluster::TransitionOptions options;
  options.state_dir = folder();
  options.on_progress = say;
  results::Transition transition = cluster_->apply(request, options, cancel_);
  if (transition.outcome == Outcome::kPassed) facts_ = cluster_->facts();
  return transition;
}

Status CellCluster::record_transition(results::Transition transition, const std::string& attempt_id) {
  const std::lock_guard<std::mutex> lock(transitions_mutex_);
  transition.id = fmt::format("{}/transition/{}", instance_.id, ++transitions_);
  transition.run_id = run_id_;
  transition.instance_id = instance_.id;
  transition.attempt_id = attempt_id;
  if (transition.started == Timestamp{}) transition.started = clock_.now();  // refused before it began
  return recorder_.transition(cell_.cell, transition);
}

Result<std::optional<std::string>> CellCluster::restore(const std::string& attempt_id) {
  results::Transition transition;
  transition.request.kind = catalogue::TransitionKind::kRestore;
  transition.started = clock_.now();
  const SteadyTime begin = clock_.steady_now();
  const Status restored = cluster_->restore(cancel_);
  if (restored || cancel_.cancelled()) return std::nullopt;
  transition.took = std::chrono::round<milliseconds>(clock_.steady_now() - begin);
  transition.message = one_line(to_string(restored.error()));
  // The error's kind is a guess made in the middle of the trouble; the health is looked at afterwards. A healthy
  // cluster on which something cannot be put back is no evidence about Kubernetes, unless that is what the error says.
  const cluster::Health health = cluster_->health(cancel_);
  if (cancel_.cancelled()) return std::nullopt;
  using State = cluster::Health::State;
  const bool healthy = health.state == State::kHealthy;
  const bool outside =
      health.state == State::kInfrastructureLost || (healthy && restored.error().kind == ErrorKind::kInfrastructure);
  transition.outcome = outside ? Outcome::kInfraError : Outcome::kFailed;
  GRADUAND_TRY(record_transition(transition, attempt_id));
  return fmt::format("the cluster could not be restored after {}: {}", attempt_id, transition.message);
}

bool CellCluster::put_away(bool trouble, bool interrupted) {
  if (!cluster_) return false;
  Observer& observer = recorder_.observer();
  if (trouble || interrupted) {
    observer.on_cell_progress(cell_.cell, "exporting logs");
    if (auto exported = cluster_->export_logs(folder() / "logs"); !exported)
      observer.on_notice("the cluster's logs are not complete: " + to_string(exported.error()));
  }
  const bool keep = options_.keep_cluster == KeepCluster::kAlways ||
                    (options_.keep_cluster == KeepCluster::kOnFailure && trouble && !interrupted);
  if (keep) {
    if (auto marked = cluster_->keep(); !marked)
      observer.on_notice("the cluster is kept, but will be listed as an orphan: " + to_string(marked.error()));
    return true;
  }
  observer.on_cell_progress(cell_.cell, "deleting the cluster");
  const Status removed = cluster_->remove();
  if (!removed) observer.on_notice("the cluster could not be deleted: " + to_string(removed.error()));
  return !removed;
}

}  // namespace graduand::runner
