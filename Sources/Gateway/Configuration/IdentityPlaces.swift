import Identity
import Policy
import Vocabulary

extension GatewayConfiguration {
    /// Reports what is wrong with people and agents as a whole where the file says it.
    func checkDirectory(_ tree: YAMLTree, _ log: ProblemLog) {
        do throws(DirectoryError) {
            _ = try Directory(identity.declaration, targets: Set(targets.map(\.name)))
        } catch {
            for problem in error.problems {
                let path = ["identity"] + problem.path
                log.report(tree.place(of: path[...]), "\(problem)")
            }
        }
    }
}

extension YAMLTree {
    /// Where the value below these keys stands, or as much of the way to it as there is.
    fileprivate func place(of path: ArraySlice<String>) -> Place {
        guard let key = path.first, case .mapping(let entries) = content,
            let entry = entries.first(where: { $0.key == key || name($0.key) == key })
        else { return place }
        return path.count == 1 ? entry.value.place : entry.value.place(of: path.dropFirst())
    }

    /// As the directory spells it.
    private func name(_ key: String) -> String? { PrincipalName(key)?.text }
}
