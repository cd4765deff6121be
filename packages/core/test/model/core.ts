/** What the model test uses of core: of the sources, or of a copy with a fault in it. */
export type Core = Pick<
  typeof import('@backgrounder/core'),
  'createRunner' | 'RequestTasks' | 'Task' | 'Tasks' | 'currentTask'
>
