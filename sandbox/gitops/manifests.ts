import { parseAllDocuments } from "yaml";
import { type KubeObject, resourceOf } from "./kube-client.ts";

/** The objects that YAML files declare, with a namespace where they need one and name none. */
export function readManifests(
  files: { path: string; text: string }[],
  namespace: string,
): KubeObject[] {
  return files
    .filter(({ path }) => /\.ya?ml$/.test(path) && !/(^|\/)kustomization\.yaml$/.test(path))
    .flatMap(({ path, text }) =>
      parseAllDocuments(text).flatMap((document) => {
        const [problem] = document.errors;
        if (problem) throw new Error(`${path}: ${problem.message}`);
        const object = document.toJS() as KubeObject | null;
        if (object === null) return [];
        if (!object.apiVersion || !object.kind || !object.metadata?.name) {
          throw new Error(`${path}: an object needs apiVersion, kind and metadata.name`);
        }
        const isNamespaced = resourceOf(object).namespaced;
        const metadata = {
          ...object.metadata,
          ...(isNamespaced && { namespace: object.metadata.namespace ?? namespace }),
        };
        return [{ ...object, metadata }];
      }),
    );
}

/** The same object with more labels and annotations. */
export function marked(
  object: KubeObject,
  marks: { labels?: Record<string, string>; annotations?: Record<string, string> },
): KubeObject {
  const { labels, annotations } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(marks.labels && { labels: { ...labels, ...marks.labels } }),
      ...(marks.annotations && { annotations: { ...annotations, ...marks.annotations } }),
    },
  };
}
