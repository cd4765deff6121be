const { isMainThread } = require('node:worker_threads')
const { currentTask } = require('@backgrounder/core')

/** Notes in shared memory whether this is a thread, and the attempt of its task. */
exports.where = function where(seen) {
  const task = currentTask()
  seen[0] = isMainThread ? 0 : 1
  seen[1] = task?.attempt ?? 0
  return task ? task.name : 'and a call'
}
