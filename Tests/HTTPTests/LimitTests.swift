import HTTP
import TestKit
import Testing

@Suite("Limits of HTTP")
struct LimitTests {
    private func status(_ text: String) -> Int? { Exchange(requests: text).refusal?.status }

    private func fill(_ count: Int) -> String { String(repeating: "a", count: count) }

    @Test("threat 7: the largest head is read, one byte at a time, and one byte more is refused")
    func head() {
        let empty = request("/x", "X: ", method: "GET").utf8.count
        for (excess, status) in [(0, nil), (1, 431)] as [(Int, Int?)] {
            let value = fill(HTTPLimits.headBytesMax - empty + excess)
            let bytes = Array(request("/x", "X: \(value)", method: "GET").utf8)
            // A scanner that began anew with each byte would take minutes.
            var scanner = HeadScanner()
            var refusal: HTTPRefusal?
            var heads = 0
            bytes.withUnsafeBytes { bytes in
                for count in 1...bytes.count where refusal == nil {
                    let soFar = UnsafeRawBufferPointer(rebasing: bytes[..<count])
                    switch RequestHead.read(soFar, &scanner) {
                    case .needMore: continue
                    case .head: heads += 1
                    case .refused(let found): refusal = found
                    }
                }
            }
            #expect(refusal?.status == status)
            #expect(heads == (status == nil ? 1 : 0))
        }
    }

    @Test("threat 7: what never ends is refused when it is too large, not when it ends")
    func endless() {
        for beginning in ["GET /", "GET / HTTP/1.1\r\nX", "GET / HTTP/1.1\r\nX: "] {
            #expect(status(beginning + fill(HTTPLimits.headBytesMax)) == 431)
        }
        let fields = String(repeating: "X: a\r\n", count: HTTPLimits.headersMax + 1)
        #expect(status("GET / HTTP/1.1\r\n" + fields) == 431)
    }

    @Test("so many fields are read, and not one more")
    func fields() {
        for (count, status) in [(HTTPLimits.headersMax, nil), (HTTPLimits.headersMax + 1, 431)]
            as [(Int, Int?)]
        {
            let fields = String(repeating: "X: a\r\n", count: count - 1)
            #expect(self.status("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n") == status)
        }
    }

    @Test("path and query, the method, the host, a length: so large, and no larger")
    func parts() {
        let target = HTTPLimits.targetBytesMax
        #expect(status(request("/" + fill(target - 1))) == nil)
        #expect(status(request("/" + fill(target))) == 414)
        #expect(status(request("/?" + fill(target - 2))) == nil)
        #expect(status(request("/?" + fill(target - 1))) == 414)
        let method = String(repeating: "A", count: HTTPLimits.methodBytesMax)
        #expect(status(request("/", method: method)) == nil)
        #expect(status(request("/", method: method + "A")) == 400)
        let host = fill(HTTPLimits.hostBytesMax)
        #expect(status("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n") == nil)
        #expect(status("GET / HTTP/1.1\r\nHost: \(host)a\r\n\r\n") == 400)
        let length = String(repeating: "9", count: HTTPLimits.lengthDigitsMax)
        #expect(status(request("/", "Content-Length: \(length)")) == nil)
        #expect(status(request("/", "Content-Length: \(length)9")) == 400)
    }
}
