/** How others reach the workflow of a train: one entity for each train of the policy. */
export const trainWorkflowId = (train: string): string => `train/${train}`;
/** The policy was changed: the definition is read again. */
export const trainChangedSignal = 'trainChanged';
