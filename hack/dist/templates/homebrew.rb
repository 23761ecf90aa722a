# Homebrew's formula, filled in from the release.
class KubectlLearn < Formula
  desc "Learn Kubernetes by doing, in your terminal"
  homepage "https://github.com/kubectl-learn/kubectl-learn"
  version "{{ .Number }}"
  license "Apache-2.0"

  on_macos do
{{- with .For "darwin" "amd64" }}
    on_intel do
      url "{{ $.Downloads }}/{{ .File }}"
      sha256 "{{ .SHA256 }}"
    end
{{- end }}
{{- with .For "darwin" "arm64" }}
    on_arm do
      url "{{ $.Downloads }}/{{ .File }}"
      sha256 "{{ .SHA256 }}"
    end
{{- end }}
  end

  on_linux do
{{- with .For "linux" "amd64" }}
    on_intel do
      url "{{ $.Downloads }}/{{ .File }}"
      sha256 "{{ .SHA256 }}"
    end
{{- end }}
{{- with .For "linux" "arm64" }}
    on_arm do
      url "{{ $.Downloads }}/{{ .File }}"
      sha256 "{{ .SHA256 }}"
    end
{{- end }}
  end

  def install
    bin.install "kubectl-learn", "kubectl-learn-sandbox", "kubectl_complete-learn"
    doc.install "README.md", "LICENSE", "THIRD_PARTY"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/kubectl-learn version")
  end
end
