/** Name of the workflow that looks at a risk for somebody who only wants to know: the facts lie where the workers are. */
export const riskPreviewWorkflow = 'riskPreview';
